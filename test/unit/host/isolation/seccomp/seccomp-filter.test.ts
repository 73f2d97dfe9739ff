import { describe, expect, test } from 'vitest';
import { seccompFilter } from '../../../../../src/host/isolation/seccomp/seccomp-filter.ts';
import {
  LAST_JUDGED_SYSCALL,
  syscallNumbers,
  type SyscallNumbers,
} from '../../../../../src/host/isolation/seccomp/syscall-numbers.ts';
import { ALLOWED, runFilter } from './run-filter.ts';

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** Calls with well-known numbers that a program cannot do without. */
const HARMLESS = {
  x64: { read: 0, open: 2, mmap: 9, fork: 57, execve: 59, getpid: 39, memfd_create: 319, prctl: 157 },
  arm64: { read: 63, openat: 56, mmap: 222, execve: 221, getpid: 172, memfd_create: 279, prctl: 167 },
};

describe.each(['x64', 'arm64'] as const)('seccompFilter() for %s', (arch) => {
  const numbers = numbersOf(arch);
  const call = (number: number, ...args: number[]): unknown => judge(numbers, { number, args });

  test('allows what every program needs', () => {
    for (const number of Object.values(HARMLESS[arch])) expect(call(number)).toBe(ALLOWED);
  });

  test('denies every forbidden call with EPERM', () => {
    expect(numbers.forbidden.length).toBeGreaterThan(50);
    for (const number of numbers.forbidden) expect(call(number)).toBe(EPERM);
  });

  test('hides calls of another processor type, of x32 and of kernels to come', () => {
    expect(judge(numbers, { number: 0, args: [], arch: 0x40000003 })).toBe(ENOSYS);
    expect(call(0x40000000 + 39)).toBe(ENOSYS);
    expect(call(LAST_JUDGED_SYSCALL + 1)).toBe(ENOSYS);
    expect(call(0xffffffff)).toBe(ENOSYS);
  });

  test('lets clone make threads and processes but no namespaces', () => {
    const threadFlags = 0x3d0f00;
    const sigchld = 17;

    expect(call(numbers.clone, threadFlags)).toBe(ALLOWED);
    expect(call(numbers.clone, sigchld)).toBe(ALLOWED);
    for (const flag of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]) {
      expect(call(numbers.clone, flag | sigchld)).toBe(EPERM);
    }
    expect(call(numbers.clone3)).toBe(ENOSYS);
  });

  test.each(['socket', 'socketpair'] as const)('limits the families of %s', (name) => {
    const [unix, inet, inet6, netlink] = [1, 2, 10, 16];

    for (const family of [unix, inet, inet6, netlink])
      expect(call(numbers[name], family, 1, 0)).toBe(ALLOWED);
    for (const family of [0, 3, 17, 31, 38, 40, 44])
      expect(call(numbers[name], family, 1, 0)).toBe(EAFNOSUPPORT);
    for (const protocol of [4, 6, 9, 12, 15, 16])
      expect(call(numbers[name], netlink, 3, protocol)).toBe(EAFNOSUPPORT);
  });

  test('denies typing into a terminal, also with a number that only looks different', () => {
    expect(call(numbers.ioctl, 0, 0x5401)).toBe(ALLOWED);
    expect(call(numbers.ioctl, 0, 0x5412)).toBe(EPERM);
    expect(call(numbers.ioctl, 0, 0x541c)).toBe(EPERM);
    expect(call(numbers.ioctl, 0, 0x1_0000_5412)).toBe(EPERM);
  });
});

test('syscallNumbers() knows no other processor', () => {
  expect(syscallNumbers('riscv64')).toBeUndefined();
});

function numbersOf(arch: string): SyscallNumbers {
  const numbers = syscallNumbers(arch);
  if (numbers === undefined) throw new Error(`no numbers for ${arch}`);
  return numbers;
}

function judge(
  numbers: SyscallNumbers,
  call: { number: number; args: readonly number[]; arch?: number },
): unknown {
  return runFilter(seccompFilter(numbers), { arch: numbers.auditArch, ...call });
}
