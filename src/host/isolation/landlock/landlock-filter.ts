import { jumpIfAnyBit, jumpIfEqual, loadWord, verdict, type BpfInstruction } from '../seccomp/bpf.ts';
import type { LandlockSyscalls } from './landlock-syscalls.ts';
import {
  AF_UNIX,
  ALLOW,
  EAFNOSUPPORT,
  EPERM,
  FIRST_ARGUMENT,
  SECOND_ARGUMENT,
  seccompFilter,
  when,
} from '../seccomp/seccomp-filter.ts';
import type { SyscallNumbers } from '../seccomp/syscall-numbers.ts';

const HIGH_WORD = 4;
/** Set in SOCK_DGRAM, SOCK_RAW and SOCK_PACKET; not in SOCK_STREAM and SOCK_SEQPACKET. */
const DATAGRAM_BIT = 2;
const PRIO_PROCESS = 0;
const IOPRIO_WHO_PROCESS = 1;

export interface LandlockFilterOptions {
  readonly numbers: SyscallNumbers;
  readonly syscalls: LandlockSyscalls;
  /** False where the sandbox has the uid of the user who runs iris, so that nothing but the filter guards what is theirs. */
  readonly hasOwnUid: boolean;
}

/** The filter of the rung without namespaces, which has to stand in for the missing network and IPC namespaces. */
export function landlockFilter({ numbers, syscalls, hasOwnUid }: LandlockFilterOptions): Buffer {
  return seccompFilter(numbers, [
    // No socket reaches anything: neither a network nor, by path or by name, a service of this machine.
    ...when(numbers.socket, [verdict(EAFNOSUPPORT)]),
    ...when(numbers.socketpair, pairRule()),
    ...deny(syscalls.sharedIpc),
    ...(hasOwnUid ? [] : sameUidRules(syscalls)),
  ]);
}

/** Pairs of connected streams, which Node puts between processes; a datagram socket could be sent anywhere. */
function pairRule(): readonly BpfInstruction[] {
  return [
    loadWord(FIRST_ARGUMENT),
    jumpIfEqual(AF_UNIX, 0, 2),
    loadWord(SECOND_ARGUMENT),
    jumpIfAnyBit(DATAGRAM_BIT, 0, 1),
    verdict(EAFNOSUPPORT),
    verdict(ALLOW),
  ];
}

function sameUidRules(syscalls: LandlockSyscalls): readonly BpfInstruction[] {
  return [
    ...deny(syscalls.fileChanges),
    ...when(syscalls.utimensat, nullRule(SECOND_ARGUMENT)),
    ...syscalls.ofProcess.flatMap((number) => when(number, equalRule(FIRST_ARGUMENT, 0))),
    ...when(syscalls.setpriority, ownProcessRule(PRIO_PROCESS)),
    ...when(syscalls.ioprioSet, ownProcessRule(IOPRIO_WHO_PROCESS)),
  ];
}

function deny(numbers: readonly number[]): readonly BpfInstruction[] {
  return numbers.flatMap((number) => when(number, [verdict(EPERM)]));
}

function equalRule(argument: number, value: number): readonly BpfInstruction[] {
  return [loadWord(argument), jumpIfEqual(value, 0, 1), verdict(ALLOW), verdict(EPERM)];
}

/** A pointer has two words, and both have to be zero. */
function nullRule(argument: number): readonly BpfInstruction[] {
  return [
    loadWord(argument),
    jumpIfEqual(0, 0, 2),
    loadWord(argument + HIGH_WORD),
    jumpIfEqual(0, 1, 0),
    verdict(EPERM),
    verdict(ALLOW),
  ];
}

function ownProcessRule(kind: number): readonly BpfInstruction[] {
  return [
    loadWord(FIRST_ARGUMENT),
    jumpIfEqual(kind, 0, 2),
    loadWord(SECOND_ARGUMENT),
    jumpIfEqual(0, 1, 0),
    verdict(EPERM),
    verdict(ALLOW),
  ];
}
