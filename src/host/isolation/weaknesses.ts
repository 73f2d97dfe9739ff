import type { Machine } from './machine.ts';

/** What no rung built of namespaces promises on this machine. */
export function sharedWeaknesses(machine: Machine): readonly string[] {
  return [
    'The sandbox shares the kernel of this machine: a hole in the kernel is a hole in the sandbox.',
    'Memory is limited for each process, not for the sandbox as a whole, and processor time is not limited.',
    ...(machine.isRoot
      ? []
      : [
          'To the kernel, processes in a sandbox have your own user ID; the namespaces alone keep them away.',
        ]),
  ];
}
