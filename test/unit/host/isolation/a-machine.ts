import type { Machine } from '../../../../src/host/isolation/machine/machine.ts';
import { syscallNumbers } from '../../../../src/host/isolation/seccomp/syscall-numbers.ts';
import { TOOL_NAMES, type Tools } from '../../../../src/host/isolation/machine/find-tools.ts';
import type { Blueprint } from '../../../../src/host/isolation/launch/sandbox-layout.ts';

/** A Debian with everything installed, as an ordinary user, but for what a test changes. */
export function aMachine(changes: Partial<Machine> = {}): Machine {
  return {
    tools: tools(...TOOL_NAMES),
    rootEntries: [
      { name: 'bin', target: 'usr/bin' },
      { name: 'lib', target: undefined },
    ],
    numbers: syscallNumbers('x64'),
    filter: Buffer.from('filter'),
    cgroups: undefined,
    isRoot: false,
    nodeFile: '/usr/bin/node',
    ...changes,
  };
}

export function tools(...names: readonly (keyof Tools)[]): Tools {
  return Object.fromEntries(
    names.map((name) => [name, { path: `/usr/bin/${name}`, sizeBytes: 1, modifiedMs: 1 }]),
  );
}

export function aBlueprint(changes: Partial<Blueprint> = {}): Blueprint {
  return {
    sandboxId: 'sbx1',
    limits: {
      memoryBytes: 1,
      maxThreads: 2,
      maxOpenFiles: 3,
      maxFileBytes: 4,
      homeBytes: 5,
      tmpBytes: 6,
    },
    sources: { node: '/host/node', agent: '/host/agent.cjs', spare: undefined },
    command: ['/opt/iris/bin/node', '/opt/iris/agent.cjs'],
    ...changes,
  };
}
