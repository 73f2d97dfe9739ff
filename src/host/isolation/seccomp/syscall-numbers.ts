/** The numbers that the filter and the launchers need for one machine type. */
export interface SyscallNumbers {
  /** AUDIT_ARCH_*: what `seccomp_data.arch` says for a native call. */
  readonly auditArch: number;
  readonly clone: number;
  readonly clone3: number;
  readonly ioctl: number;
  readonly openat: number;
  readonly prctl: number;
  readonly rtSigprocmask: number;
  readonly rtSigtimedwait: number;
  readonly seccomp: number;
  readonly sethostname: number;
  readonly socket: number;
  readonly socketpair: number;
  /** Calls that no sandboxed program may make. */
  readonly forbidden: readonly number[];
}

/** The newest call that was judged; what a later kernel adds does not exist for the sandbox. */
export const LAST_JUDGED_SYSCALL = 469;

/** [x64, arm64]; undefined where the call does not exist. */
const FORBIDDEN: readonly (readonly [name: string, x64: number, arm64: number | undefined])[] = [
  // Other processes.
  ['ptrace', 101, 117],
  ['process_vm_readv', 310, 270],
  ['process_vm_writev', 311, 271],
  ['process_madvise', 440, 440],
  ['process_mrelease', 448, 448],
  ['pidfd_getfd', 438, 438],
  ['kcmp', 312, 272],
  ['move_pages', 279, 239],
  ['migrate_pages', 256, 238],
  // Namespaces and mounts.
  ['unshare', 272, 97],
  ['setns', 308, 268],
  ['mount', 165, 40],
  ['umount2', 166, 39],
  ['pivot_root', 155, 41],
  ['chroot', 161, 51],
  ['open_tree', 428, 428],
  ['move_mount', 429, 429],
  ['fsopen', 430, 430],
  ['fsconfig', 431, 431],
  ['fsmount', 432, 432],
  ['fspick', 433, 433],
  ['mount_setattr', 442, 442],
  ['open_tree_attr', 467, 467],
  ['name_to_handle_at', 303, 264],
  ['open_by_handle_at', 304, 265],
  ['fanotify_init', 300, 262],
  // Large kernel surfaces with a history of holes.
  ['bpf', 321, 280],
  ['perf_event_open', 298, 241],
  ['userfaultfd', 323, 282],
  ['io_uring_setup', 425, 425],
  ['io_uring_enter', 426, 426],
  ['io_uring_register', 427, 427],
  ['add_key', 248, 217],
  ['request_key', 249, 218],
  ['keyctl', 250, 219],
  ['mbind', 237, 235],
  ['set_mempolicy', 238, 237],
  ['set_mempolicy_home_node', 450, 450],
  // Memory that the host cannot see or account.
  ['memfd_secret', 447, 447],
  // The machine itself.
  ['init_module', 175, 105],
  ['finit_module', 313, 273],
  ['delete_module', 176, 106],
  ['kexec_load', 246, 104],
  ['kexec_file_load', 320, 294],
  ['reboot', 169, 142],
  ['swapon', 167, 224],
  ['swapoff', 168, 225],
  ['quotactl', 179, 60],
  ['quotactl_fd', 443, 443],
  ['acct', 163, 89],
  ['settimeofday', 164, 170],
  ['clock_settime', 227, 112],
  ['clock_adjtime', 305, 266],
  ['adjtimex', 159, 171],
  ['sethostname', 170, 161],
  ['setdomainname', 171, 162],
  ['syslog', 103, 116],
  ['vhangup', 153, 58],
  ['lookup_dcookie', 212, 18],
  ['nfsservctl', 180, 42],
  // Leftovers of old x86 kernels.
  ['iopl', 172, undefined],
  ['ioperm', 173, undefined],
  ['modify_ldt', 154, undefined],
  ['uselib', 134, undefined],
  ['ustat', 136, undefined],
  ['sysfs', 139, undefined],
  ['_sysctl', 156, undefined],
  ['create_module', 174, undefined],
  ['get_kernel_syms', 177, undefined],
  ['query_module', 178, undefined],
];

/** The system call numbers of one machine type, or undefined where iris has no filter for it. */
export function syscallNumbers(arch: string): SyscallNumbers | undefined {
  if (arch === 'x64') return { ...X64, forbidden: FORBIDDEN.map(([, x64]) => x64) };
  if (arch === 'arm64') return { ...ARM64, forbidden: FORBIDDEN.flatMap(([, , arm64]) => arm64 ?? []) };
  return undefined;
}

const X64 = {
  auditArch: 0xc000003e,
  clone: 56,
  clone3: 435,
  ioctl: 16,
  openat: 257,
  prctl: 157,
  rtSigprocmask: 14,
  rtSigtimedwait: 128,
  seccomp: 317,
  sethostname: 170,
  socket: 41,
  socketpair: 53,
} as const;

const ARM64 = {
  auditArch: 0xc00000b7,
  clone: 220,
  clone3: 435,
  ioctl: 29,
  openat: 56,
  prctl: 167,
  rtSigprocmask: 135,
  rtSigtimedwait: 137,
  seccomp: 277,
  sethostname: 161,
  socket: 198,
  socketpair: 199,
} as const;
