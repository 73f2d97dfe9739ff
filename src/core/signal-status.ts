/** How the status of a process names the signal that ended it, in the words of E2B's envd. */
const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGILL: 'illegal instruction',
  SIGTRAP: 'trace/breakpoint trap',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGKILL: 'killed',
  SIGUSR1: 'user defined signal 1',
  SIGSEGV: 'segmentation fault',
  SIGUSR2: 'user defined signal 2',
  SIGPIPE: 'broken pipe',
  SIGALRM: 'alarm clock',
  SIGTERM: 'terminated',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'file size limit exceeded',
  SIGSYS: 'bad system call',
};

const PREFIX = 'signal: ';

/** `signal: killed` for SIGKILL. */
export function signalStatus(signal: string): string {
  return PREFIX + (SIGNAL_WORDS[signal] ?? signal);
}

/** SIGKILL for `signal: killed`; undefined when the status tells of no signal that is known. */
export function signalOfStatus(status: string): string | undefined {
  if (!status.startsWith(PREFIX)) return undefined;
  const words = status.slice(PREFIX.length).replace(' (core dumped)', '');
  const known = Object.keys(SIGNAL_WORDS).find((signal) => SIGNAL_WORDS[signal] === words);
  return known ?? (words.startsWith('SIG') ? words : undefined);
}
