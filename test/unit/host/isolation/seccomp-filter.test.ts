import { describe, expect, test } from 'vitest';
import { seccompFilter } from '../../../../src/host/isolation/seccomp-filter.ts';
import {
  LAST_JUDGED_SYSCALL,
  syscallNumbers,
  type SyscallNumbers,
} from '../../../../src/host/isolation/syscall-numbers.ts';

const ALLOWED = 'allowed';
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

interface Call {
  readonly number: number;
  readonly args: readonly number[];
  readonly arch?: number;
}

/** Runs the filter as the kernel does: a tiny interpreter of the instructions that it uses. */
function judge(numbers: SyscallNumbers, { number, args, arch = numbers.auditArch }: Call): unknown {
  const program = seccompFilter(numbers);
  const input = callBytes(number, arch, args);
  let loaded = 0;
  for (let at = 0; at < program.length;) {
    const code = program.readUInt16LE(at);
    const operand = program.readUInt32LE(at + 4);
    const skip = (isTrue: boolean): number => program.readUInt8(at + (isTrue ? 2 : 3)) * 8;
    if (code === 0x06) return verdictOf(operand);
    if (code === 0x20) loaded = input.readUInt32LE(operand);
    else if (code === 0x15) at += skip(loaded === operand);
    else if (code === 0x25) at += skip(loaded > operand);
    else if (code === 0x45) at += skip((loaded & operand) !== 0);
    else throw new Error(`unknown instruction ${code}`);
    at += 8;
  }
  throw new Error('the program has no end');
}

function callBytes(number: number, arch: number, args: readonly number[]): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(number, 0);
  bytes.writeUInt32LE(arch, 4);
  args.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), 16 + index * 8));
  return bytes;
}

function verdictOf(value: number): unknown {
  if (value === 0x7fff0000) return ALLOWED;
  if (value >>> 16 === 5) return value & 0xffff;
  throw new Error(`unknown verdict ${value}`);
}

function numbersOf(arch: string): SyscallNumbers {
  const numbers = syscallNumbers(arch);
  if (numbers === undefined) throw new Error(`no numbers for ${arch}`);
  return numbers;
}
