import type { Rung } from './launcher.ts';
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
};

const NEEDED: Readonly<Record<Exclude<Rung, 'none'>, readonly ToolName[]>> = {
  bubblewrap: ['bwrap', 'prlimit'],
  'util-linux': ['unshare', 'setpriv', 'prlimit', 'mount', 'pivot_root', 'perl'],
};

/** Only root builds a stage first. */
const NEEDED_BY_ROOT: readonly ToolName[] = ['unshare', 'mount', 'setpriv'];

/** What this machine lacks for a rung, or undefined when the rung can be tried. */
export function missingPart(
  rung: Exclude<Rung, 'none'>,
  machine: Machine,
  platform: string,
): MissingPart | undefined {
  if (platform !== 'linux') return { cause: `iris has no isolation for ${platformName(platform)} yet` };
  if (machine.numbers === undefined)
    return { cause: `iris has no system call filter for ${process.arch} processors` };
  const needed = new Set([...NEEDED[rung], ...(machine.isRoot ? NEEDED_BY_ROOT : [])]);
  const missing = [...needed].filter((name) => machine.tools[name] === undefined);
  if (missing.length === 0) return undefined;
  const packages = new Set(missing.map((name) => PACKAGES[name]));
  return {
    cause: `${missing.join(', ')} not installed`,
    remedy: `apt-get install ${[...packages].join(' ')}`,
  };
}

function platformName(platform: string): string {
  const names: Readonly<Record<string, string>> = { darwin: 'macOS', win32: 'Windows' };
  return names[platform] ?? platform;
}
