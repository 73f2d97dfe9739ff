import { fstatSync, type Stats } from 'node:fs';

/** Major device numbers of Linux: memory devices like /dev/null, and the ends of pseudo terminals. */
const LINUX_MEMORY = 1;
const LINUX_PTS = { first: 136, last: 143 };

/** Tells whether a descriptor is a terminal, in most cases without node:tty, which loads all of node:net. */
export function isTerminal(descriptor: number): boolean {
  const facts = statOf(descriptor);
  if (facts?.isCharacterDevice() !== true) return false;
  const major = process.platform === 'linux' ? (facts.rdev >> 8) & 0xfff : undefined;
  if (major === LINUX_MEMORY) return false;
  if (major !== undefined && major >= LINUX_PTS.first && major <= LINUX_PTS.last) return true;
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

function statOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}
