import type { ProbedRung } from '../launch/launcher.ts';
import type { Machine } from './machine.ts';
import type { ToolName } from './find-tools.ts';

/** A reason why a rung cannot even be tried, with its remedy where there is one. */
export interface MissingPart {
  readonly cause: string;
  readonly remedy?: string | undefined;
}

const PACKAGES: Readonly<Record<ToolName, string>> = {
  bwrap: 'bubblewrap',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  prlimit: 'util-linux',
  mount: 'mount',
  pivot_root: 'util-linux',
  perl: 'perl-base',
  'sandbox-exec': 'macOS',
};

const NEEDED: Readonly<Record<ProbedRung, readonly ToolName[]>> = {
  bubblewrap: ['bwrap', 'prlimit'],
  'util-linux': ['unshare', 'setpriv', 'prlimit', 'mount', 'pivot_root', 'perl'],
  landlock: ['setpriv', 'prlimit', 'perl'],
  'sandbox-exec': ['sandbox-exec'],
};

/** Only root builds a stage first. */
const NEEDED_BY_ROOT: readonly ToolName[] = ['unshare', 'mount', 'setpriv'];

/** What this machine lacks for a rung, or undefined when the rung can be tried. */
export function missingPart(rung: ProbedRung, machine: Machine, platform: string): MissingPart | undefined {
  const misplaced = wrongPlatform(rung, platform);
  if (misplaced !== undefined) return misplaced;
  if (rung === 'sandbox-exec') {
    const hasTool = machine.tools['sandbox-exec'] !== undefined;
    return hasTool ? undefined : { cause: 'this macOS has no /usr/bin/sandbox-exec' };
  }
  if (machine.numbers === undefined)
    return { cause: `iris has no system call filter for ${process.arch} processors` };
  const needed = new Set([...NEEDED[rung], ...(machine.isRoot && rung !== 'landlock' ? NEEDED_BY_ROOT : [])]);
  const missing = [...needed].filter((name) => machine.tools[name] === undefined);
  if (missing.length === 0) return undefined;
  const packages = new Set(missing.map((name) => PACKAGES[name]));
  return {
    cause: `${missing.join(', ')} not installed`,
    remedy: `apt-get install ${[...packages].join(' ')}`,
  };
}

function wrongPlatform(rung: ProbedRung, platform: string): MissingPart | undefined {
  const needed = rung === 'sandbox-exec' ? 'darwin' : 'linux';
  if (platform === needed) return undefined;
  if (platform === 'win32') {
    return {
      cause: 'Windows itself has no isolation that iris can use',
      remedy: 'run iris in WSL2 (wsl --install)',
    };
  }
  return { cause: `${rung} needs ${needed === 'darwin' ? 'macOS' : 'Linux'}` };
}
