import { z } from 'zod';
import type { RungProbe } from '../launch/rung.ts';

export interface AttemptsProbeOptions {
  readonly script: string;
  /** What must come of an attempt; whatever has no word here must have been refused. */
  readonly expected: Readonly<Record<string, RegExp>>;
  readonly minAttempts: number;
}

const REFUSED = /^(EACCES|EPERM|EROFS|ENOENT|refused)$/;

/** A probe whose script tries what it must not be able to do and writes what came of each, by name. */
export function attemptsProbe({ script, expected, minAttempts }: AttemptsProbeOptions): RungProbe {
  return {
    script,
    judge: (text) => {
      const report = parse(text);
      if (report === undefined || Object.keys(report).length < minAttempts)
        return ['the probe wrote no report'];
      return Object.entries(report)
        .filter(([name, outcome]) => !(expected[name] ?? REFUSED).test(outcome))
        .map(([name, outcome]) => `the attempt "${name}" ended in ${outcome}`);
    },
  };
}

function parse(text: string): Readonly<Record<string, string>> | undefined {
  try {
    return z.record(z.string(), z.string()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
