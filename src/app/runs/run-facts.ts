import type { RunParams } from '../../contract/daemon-wire.ts';
import type { RunRecord } from '../../contract/run-record.ts';
import { maskText } from '../../core/mask.ts';
import { isSecretName } from '../../core/secret-name.ts';
import type { RunRequest } from '../../executor/run-request.ts';
import type { RunFacts } from './run-recorder.ts';

export interface FactsOptions {
  readonly params: RunParams;
  readonly request: RunRequest;
  readonly tags: readonly string[];
  readonly isDetached: boolean;
  /** What no fact may show. */
  readonly hidden: readonly string[];
}

/** What is kept of the plan of a run: of variables, only their names. */
export function runFacts({ params, request, tags, isDetached, hidden }: FactsOptions): RunFacts {
  let isMasked = false;
  const mask = (text: string): string => {
    const masked = maskText(text, hidden);
    isMasked ||= masked !== text;
    return masked;
  };
  const facts = {
    id: request.runId,
    script: mask(request.scriptFile),
    args: request.args.map(mask),
    cwd: params.cwd,
    project: request.project,
    tags: [...tags],
    flags: flagsOf(params.flags, mask),
    isDetached,
  };
  return { ...facts, isMasked };
}

/** A shorter one is rather a word such as true. */
const LEAST_LIKELY_CHARS = 8;

/** The values that are kept nowhere: those of secrets, and of variables that sound like one. */
export function hiddenValues({ envs }: RunRequest, secrets: readonly string[]): string[] {
  const likely = Object.entries(envs).flatMap(([name, value]) =>
    isSecretName(name) && value.length >= LEAST_LIKELY_CHARS ? [value] : [],
  );
  return [...new Set([...secrets, ...likely])];
}

function flagsOf(flags: RunParams['flags'], mask: (text: string) => string): RunRecord['flags'] {
  const kept: RunRecord['flags'] = {};
  for (const [key, value] of Object.entries(flags)) {
    if (typeof value === 'boolean') kept[key] = value;
    else if (typeof value === 'string') kept[key] = mask(value);
    else if (key === 'env') kept[key] = namesOf(value ?? []);
    else if (value !== undefined) kept[key] = value.map(mask);
  }
  return kept;
}

function namesOf(pairs: readonly string[]): string[] {
  return pairs.map((pair) => pair.split('=', 1)[0] ?? '');
}
