/** What the rung without namespaces denies besides the common filter, as numbers of one machine type. */
export interface LandlockSyscalls {
  /** Memory, semaphores and queues that the whole machine shares where there is no IPC namespace. */
  readonly sharedIpc: readonly number[];
  /** Changes of a file by its path that Landlock does not judge. */
  readonly fileChanges: readonly number[];
  /** Changes the times of the file behind a path or, without a path, behind a descriptor. */
  readonly utimensat: number;
  /** Take a process as their first argument, where 0 is the caller. */
  readonly ofProcess: readonly number[];
  /** Take a kind and a process as their first arguments. */
  readonly setpriority: number;
  readonly ioprioSet: number;
}

type Row = readonly [name: string, x64: number, arm64: number | undefined];

const SHARED_IPC: readonly Row[] = [
  ['shmget', 29, 194],
  ['shmat', 30, 196],
  ['shmctl', 31, 195],
  ['semget', 64, 190],
  ['semop', 65, 193],
  ['semctl', 66, 191],
  ['semtimedop', 220, 192],
  ['msgget', 68, 186],
  ['msgsnd', 69, 189],
  ['msgrcv', 70, 188],
  ['msgctl', 71, 187],
  ['mq_open', 240, 180],
  ['mq_unlink', 241, 181],
];

const FILE_CHANGES: readonly Row[] = [
  ['chmod', 90, undefined],
  ['fchmodat', 268, 53],
  ['fchmodat2', 452, 452],
  ['chown', 92, undefined],
  ['lchown', 94, undefined],
  ['fchownat', 260, 54],
  ['setxattr', 188, 5],
  ['lsetxattr', 189, 6],
  ['removexattr', 197, 14],
  ['lremovexattr', 198, 15],
  ['setxattrat', 463, 463],
  ['removexattrat', 466, 466],
  ['file_setattr', 469, 469],
  ['utime', 132, undefined],
  ['utimes', 235, undefined],
  ['futimesat', 261, undefined],
];

const OF_PROCESS: readonly Row[] = [
  ['prlimit64', 302, 261],
  ['sched_setparam', 142, 118],
  ['sched_setscheduler', 144, 119],
  ['sched_setaffinity', 203, 122],
  ['sched_setattr', 314, 274],
];

/** The numbers for one machine type, or undefined where iris has no filter for it. */
export function landlockSyscalls(arch: string): LandlockSyscalls | undefined {
  if (arch !== 'x64' && arch !== 'arm64') return undefined;
  const isX64 = arch === 'x64';
  const pick = (rows: readonly Row[]): number[] =>
    rows.flatMap(([, x64, arm64]) => (isX64 ? x64 : (arm64 ?? [])));
  return {
    sharedIpc: pick(SHARED_IPC),
    fileChanges: pick(FILE_CHANGES),
    ofProcess: pick(OF_PROCESS),
    utimensat: isX64 ? 280 : 88,
    setpriority: isX64 ? 141 : 140,
    ioprioSet: isX64 ? 251 : 30,
  };
}
