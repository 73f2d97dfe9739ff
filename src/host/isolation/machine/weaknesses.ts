import type { Machine } from './machine.ts';

/** What no rung built of namespaces promises on this machine. */
export function sharedWeaknesses(machine: Machine): readonly string[] {
  return [
    'The sandbox shares the kernel of this machine: a hole in the kernel is a hole in the sandbox.',
    machine.cgroups === undefined
      ? 'Memory is limited for each process, not for the sandbox as a whole, and processor time is not limited.'
      : 'Processor time is not limited.',
    ...(machine.isRoot
      ? []
      : [
          'To the kernel, processes in a sandbox have your own user ID; the namespaces alone keep them away.',
        ]),
  ];
}

/** What the rung without namespaces does not promise. */
export function landlockWeaknesses(machine: Machine): readonly string[] {
  return [
    ...sharedWeaknesses(machine).slice(0, 2),
    'There are no namespaces: a script can tell whether a path of this machine exists and how large it is, though it can read nothing but programs.',
    'No socket can be opened: a script cannot even serve on a port of its own.',
    'Room on the disk is limited for each file, not for the sandbox as a whole.',
    'The home directory is a temporary folder; /tmp, /dev/shm and /proc are closed, and tools that need them fail.',
    ...(machine.isRoot
      ? []
      : [
          'To the kernel, processes in a sandbox have your own user ID, and their threads count as yours; Landlock and the filter alone keep them away.',
          'A script has no terminals, and it cannot change the mode or the times of a file by its path.',
        ]),
  ];
}
