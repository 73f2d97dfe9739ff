import type { z } from 'zod';
import { patternDiscovery } from '../../../contract/tools/patterns.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson, printNothing } from '../../terminal/print.ts';
import { renderPatterns } from '../../render/patterns.ts';
import { openScreen } from '../../terminal/screen.ts';
import { toChoice, toChoices } from '../choice.ts';

export interface PatternsOptions {
  readonly target?: readonly string[];
  readonly kind?: readonly string[];
  readonly minSupport?: number;
  readonly minConfidence?: number;
  readonly unit?: string;
  readonly sort?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

const KINDS = ['rule', 'itemset', 'sequence', 'seq_rule'] as const;
const UNITS = ['session', 'trace', 'agent'] as const;
const ORDERS = ['qValue', 'lift', 'confidence', 'support', 'leverage'] as const;

/** `iris patterns`: what goes together in the sessions of the project, with how sure that is. */
export async function patterns(options: PatternsOptions, context: CliContext): Promise<void> {
  const { patterns: found, meta } = await askTool(patternDiscovery, toInput(options), context);
  if (options.json === true) return printJson({ patterns: found, meta });
  for (const warning of meta.warnings) process.stderr.write(`iris: ${warning}\n`);
  if (found.length === 0) {
    return printNothing(
      `no patterns in ${meta.transactions} ${toPlural(options.unit ?? 'session', meta.transactions)}`,
      meta.transactions === 0
        ? 'Log events with a sessionId first: iris events shows those there are.'
        : 'Look for rarer ones: --min-support 10% --min-confidence 50%',
    );
  }
  process.stdout.write(renderPatterns(found, openScreen()));
  if (meta.truncated) process.stderr.write('iris: there are more patterns\n  See them with --limit 100.\n');
  if (meta.partial) process.stderr.write('iris: the search was cut short; rarer patterns are missing\n');
}

function toInput(options: PatternsOptions): z.input<typeof patternDiscovery.input> {
  const { target, kind, unit, sort, since, until } = options;
  return {
    target: target === undefined ? undefined : [...target],
    kinds: kind === undefined ? undefined : toChoices('--kind', kind, KINDS),
    unit: unit === undefined ? undefined : toChoice('--unit', unit, UNITS),
    sortBy: sort === undefined ? undefined : toChoice('--sort', sort, ORDERS),
    minSupport: options.minSupport,
    minConfidence: options.minConfidence,
    maxPatterns: options.limit,
    since,
    until,
  };
}

function toPlural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}
