import { describe, expect, test } from 'vitest';
import { landlockFilter } from '../../../../../src/host/isolation/landlock/landlock-filter.ts';
import { landlockSyscalls } from '../../../../../src/host/isolation/landlock/landlock-syscalls.ts';
import { syscallNumbers } from '../../../../../src/host/isolation/seccomp/syscall-numbers.ts';
import { ALLOWED, runFilter } from '../seccomp/run-filter.ts';

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const SIGNAL_WAIT = { x64: 128, arm64: 137 };

describe.each(['x64', 'arm64'] as const)('landlockFilter() for %s', (arch) => {
  const numbers = syscallNumbers(arch);
  const syscalls = landlockSyscalls(arch);
  if (numbers === undefined || syscalls === undefined) throw new Error(`no numbers for ${arch}`);
  const shared = landlockFilter({ numbers, syscalls, hasOwnUid: false });
  const own = landlockFilter({ numbers, syscalls, hasOwnUid: true });
  const call = (number: number, ...args: number[]): unknown =>
    runFilter(shared, { number, args, arch: numbers.auditArch });
  const callAsOwn = (number: number, ...args: number[]): unknown =>
    runFilter(own, { number, args, arch: numbers.auditArch });

  test('allows no socket at all, and pairs of streams alone', () => {
    for (const family of [1, 2, 10, 16, 17, 40]) expect(call(numbers.socket, family, 1)).toBe(EAFNOSUPPORT);
    const cloexec = 0o2000000;
    for (const type of [1, 5, 1 | cloexec]) expect(call(numbers.socketpair, 1, type)).toBe(ALLOWED);
    for (const type of [2, 3, 10, 2 | cloexec]) expect(call(numbers.socketpair, 1, type)).toBe(EAFNOSUPPORT);
    expect(call(numbers.socketpair, 2, 1)).toBe(EAFNOSUPPORT);
  });

  test('denies what the whole machine shares', () => {
    expect(syscalls.sharedIpc).toHaveLength(13);
    for (const number of syscalls.sharedIpc)
      expect([call(number), callAsOwn(number)]).toEqual([EPERM, EPERM]);
  });

  test('keeps the rules of every sandbox', () => {
    for (const number of numbers.forbidden) expect(call(number)).toBe(EPERM);
    expect(call(numbers.clone3)).toBe(ENOSYS);
    expect(call(numbers.clone, 0x10000000)).toBe(EPERM);
    expect(runFilter(shared, { number: 0, args: [], arch: 0x40000003 })).toBe(ENOSYS);
    expect(call(0x40000000 + 39)).toBe(ENOSYS);
    expect(call(SIGNAL_WAIT[arch])).toBe(ALLOWED);
  });

  test('denies a sandbox with the uid of its user to change files by their path', () => {
    for (const number of syscalls.fileChanges) {
      expect(call(number)).toBe(EPERM);
      expect(callAsOwn(number)).toBe(ALLOWED);
    }
    expect(call(syscalls.utimensat, 5, 0)).toBe(ALLOWED);
    expect(call(syscalls.utimensat, 5, 0x7fff_0000)).toBe(EPERM);
    // A pointer whose low word is zero is a path all the same.
    expect(call(syscalls.utimensat, 5, 0x5555_0000_0000)).toBe(EPERM);
  });

  test('denies a sandbox with the uid of its user to set anything for another process', () => {
    for (const number of syscalls.ofProcess) {
      expect(call(number, 0)).toBe(ALLOWED);
      expect(call(number, 4711)).toBe(EPERM);
      expect(callAsOwn(number, 4711)).toBe(ALLOWED);
    }
    expect(call(syscalls.setpriority, 0, 0)).toBe(ALLOWED);
    expect(call(syscalls.ioprioSet, 1, 0)).toBe(ALLOWED);
    for (const args of [
      [0, 4711],
      [1, 0],
      [2, 0],
    ])
      expect(call(syscalls.setpriority, ...args)).toBe(EPERM);
    expect(call(syscalls.ioprioSet, 3, 0)).toBe(EPERM);
  });
});

test('landlockSyscalls() knows no other processor', () => {
  expect(landlockSyscalls('riscv64')).toBeUndefined();
});
