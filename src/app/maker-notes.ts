import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { METADATA } from '../executor/sandbox-metadata.ts';
import { readOwnerMark } from './owner-mark.ts';

/** Notes who makes a sandbox, and on which machine. Where no mark can be kept, nothing is noted: a run needs none. */
export async function makerNotes(stateDir: string): Promise<Readonly<Record<string, string>>> {
  try {
    const mark = await readOwnerMark(stateDir);
    return { [METADATA.user]: mark, [METADATA.machine]: machineMark(mark) };
  } catch {
    return {};
  }
}

/** Tells machines that share a state folder apart, without telling anybody their names. */
export function machineMark(ownerMark: string): string {
  return createHash('sha256').update(`${ownerMark}\0${hostname()}`).digest('hex').slice(0, 16);
}
