import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Check } from '../../contract/tools/reflexion.ts';
import { never } from '../../core/never.ts';
import { schemaBreach } from './match-schema.ts';
import { isClose, numberIn } from './number-close.ts';
import { RegexRunner } from './regex-runner.ts';
import { similarity } from './similarity.ts';
import { tokenF1 } from './token-f1.ts';

/** What one check said of an output. */
export interface CheckResult {
  readonly name: string;
  readonly type: string;
  readonly weight: number;
  readonly required: boolean;
  readonly passed: boolean;
  /** What was measured, where something was. */
  readonly value?: number | undefined;
  readonly detail?: string | undefined;
}

type Finding = Pick<CheckResult, 'passed' | 'value' | 'detail'>;

/** Runs checks on an output, one after the other. Throws IRIS_INVALID_ARGUMENT for a check that is none. */
export async function runChecks(
  checks: readonly Check[],
  output: string,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  await using regexes = new RegexRunner();
  const results: CheckResult[] = [];
  for (const check of checks) {
    signal.throwIfAborted();
    const { name = check.type, type, weight, required } = check;
    results.push({ name, type, weight, required, ...(await find(check, output, regexes)) });
    // Others may go on between two long checks.
    await setImmediate();
  }
  return results;
}

async function find(check: Check, output: string, regexes: RegexRunner): Promise<Finding> {
  switch (check.type) {
    case 'equals':
      return { passed: isEqual(check.value, output) };
    case 'contains':
      return { passed: contains(check, output) };
    case 'not_contains':
      return { passed: !contains(check, output) };
    case 'regex':
      return await findRegex(check, output, regexes);
    case 'json_valid':
      return { passed: parsed(output) !== undefined };
    case 'json_schema':
      return findSchema(check, output);
    case 'number_close':
      return findNumber(check, output);
    case 'token_f1':
      return atLeast(tokenF1(output, check.reference), check.min);
    case 'similarity':
      return atLeast(similarity(output, check.reference), check.min);
    case 'max_length':
    case 'min_length':
      return findLength(check, output);
    default:
      return never(check);
  }
}

type CheckOf<Type extends Check['type']> = Extract<Check, { type: Type }>;

/** Text is compared as it is, everything else as the JSON that the output is. */
function isEqual(value: unknown, output: string): boolean {
  if (typeof value === 'string') return value === output;
  const json = parsed(output);
  return json !== undefined && isDeepStrictEqual(json.value, value);
}

function contains({ value, ignoreCase }: CheckOf<'contains' | 'not_contains'>, output: string): boolean {
  return ignoreCase ? output.toLowerCase().includes(value.toLowerCase()) : output.includes(value);
}

async function findRegex(
  { pattern, flags }: CheckOf<'regex'>,
  output: string,
  regexes: RegexRunner,
): Promise<Finding> {
  const match = await regexes.match(pattern, flags, output);
  if (match === 'gave-up') return { passed: false, detail: 'The expression did not end within 100 ms.' };
  return { passed: match === 'matched' };
}

function findSchema({ schema }: CheckOf<'json_schema'>, output: string): Finding {
  const json = parsed(output);
  // A broken schema is told even where the output is no JSON.
  const detail = schemaBreach(schema, json?.value);
  if (json === undefined) return { passed: false, detail: 'The output is no JSON.' };
  return { passed: detail === undefined, detail };
}

function findNumber(check: CheckOf<'number_close'>, output: string): Finding {
  const value = numberIn(output);
  if (value === undefined) return { passed: false, detail: 'There is no number in the output.' };
  return { passed: isClose(value, check.value, check), value };
}

function findLength({ type, value }: CheckOf<'max_length' | 'min_length'>, output: string): Finding {
  const { length } = Array.from(output);
  return { passed: type === 'max_length' ? length <= value : length >= value, value: length };
}

function atLeast(value: number, min: number): Finding {
  return { passed: value >= min, value };
}

function parsed(output: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(output) };
  } catch {
    return undefined;
  }
}
