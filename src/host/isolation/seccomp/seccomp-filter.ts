import {
  encodeBpf,
  jumpIfAnyBit,
  jumpIfEqual,
  jumpIfGreater,
  loadWord,
  verdict,
  type BpfInstruction,
} from './bpf.ts';
import { LAST_JUDGED_SYSCALL, type SyscallNumbers } from './syscall-numbers.ts';

export const ALLOW = 0x7fff0000;
const FAIL_WITH = 0x00050000;
export const EPERM = FAIL_WITH | 1;
const ENOSYS = FAIL_WITH | 38;
export const EAFNOSUPPORT = FAIL_WITH | 97;

// Offsets in struct seccomp_data; of each argument the low word suffices, because the kernel
// itself cuts these arguments to 32 bits.
const NUMBER = 0;
const ARCH = 4;
export const FIRST_ARGUMENT = 16;
export const SECOND_ARGUMENT = 24;
const THIRD_ARGUMENT = 32;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const CLONE_NEW_NAMESPACES = 0x7e020000;

export const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;

const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;

/**
 * The system call filter of every sandbox: what is named is denied, the rest is left to the kernel's own checks.
 * The rules of `extra` come before its own.
 */
export function seccompFilter(numbers: SyscallNumbers, extra: readonly BpfInstruction[] = []): Buffer {
  return encodeBpf([
    loadWord(ARCH),
    jumpIfEqual(numbers.auditArch, 1, 0),
    verdict(ENOSYS),
    loadWord(NUMBER),
    // Also the x32 calls of x86, whose numbers start at 2^30.
    jumpIfGreater(LAST_JUDGED_SYSCALL, 0, 1),
    verdict(ENOSYS),
    ...extra,
    ...numbers.forbidden.flatMap((number) => when(number, [verdict(EPERM)])),
    // A filter cannot read clone3's flags, which lie in memory; libc falls back to clone.
    ...when(numbers.clone3, [verdict(ENOSYS)]),
    ...when(numbers.clone, cloneRule()),
    ...when(numbers.socket, socketRule()),
    ...when(numbers.socketpair, socketRule()),
    ...when(numbers.ioctl, ioctlRule()),
    verdict(ALLOW),
  ]);
}

/** Runs `rule` for one call only; a rule ends in a verdict, so that the number stays loaded for the next one. */
export function when(number: number, rule: readonly BpfInstruction[]): readonly BpfInstruction[] {
  return [jumpIfEqual(number, 0, rule.length), ...rule];
}

function cloneRule(): readonly BpfInstruction[] {
  return [loadWord(FIRST_ARGUMENT), jumpIfAnyBit(CLONE_NEW_NAMESPACES, 0, 1), verdict(EPERM), verdict(ALLOW)];
}

/** Unix, IPv4 and IPv6 sockets, and the one netlink protocol that lists network interfaces. */
function socketRule(): readonly BpfInstruction[] {
  return [
    loadWord(FIRST_ARGUMENT),
    jumpIfEqual(AF_UNIX, 6, 0),
    jumpIfEqual(AF_INET, 5, 0),
    jumpIfEqual(AF_INET6, 4, 0),
    jumpIfEqual(AF_NETLINK, 0, 2),
    loadWord(THIRD_ARGUMENT),
    jumpIfEqual(NETLINK_ROUTE, 1, 0),
    verdict(EAFNOSUPPORT),
    verdict(ALLOW),
  ];
}

/** Denies typing into a terminal on behalf of its owner. */
function ioctlRule(): readonly BpfInstruction[] {
  return [
    loadWord(SECOND_ARGUMENT),
    jumpIfEqual(TIOCSTI, 1, 0),
    jumpIfEqual(TIOCLINUX, 0, 1),
    verdict(EPERM),
    verdict(ALLOW),
  ];
}
