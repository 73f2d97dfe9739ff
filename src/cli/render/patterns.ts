import type { z } from 'zod';
import type { pattern } from '../../contract/tools/patterns.ts';
import { formatNumber, formatShare } from './figures.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

export type Pattern = z.output<typeof pattern>;

const EVIDENCE_SHOWN = 3;
/** Below it, what was found is seldom chance. */
const SURE_Q = 0.05;

/** A line for each pattern: what goes together, how often, how sure that is, and cases to look at. */
export function renderPatterns(patterns: readonly Pattern[], screen: Screen): string {
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'PATTERN', isCut: true },
    { title: 'CASES', isExtra: true, ...right },
    { title: 'SUPPORT', ...right },
    { title: 'CONFIDENCE', ...right },
    { title: 'LIFT', ...right },
    { title: 'Q', ...right, paint: (text: string) => paintQ(text, screen) },
    { title: 'EVIDENCE', isCut: true },
  ];
  const rows = patterns.map((one) => [
    formatPattern(one),
    `${one.count}/${one.n}`,
    formatShare(one.support),
    formatShare(one.confidence),
    formatNumber(one.lift),
    formatNumber(one.qValue),
    formatEvidence(one.evidence),
  ]);
  return renderTable(columns, rows, screen);
}

/** `a + b → c` for what implies, `a + b` for a set, `a › b` for one after the other. */
function formatPattern({ kind, items, antecedent, consequent }: Pattern): string {
  const join = kind === 'sequence' || kind === 'seq_rule' ? ' › ' : ' + ';
  if (antecedent !== undefined && consequent !== undefined) {
    return `${antecedent.join(join)} → ${consequent.join(join)}`;
  }
  return items.map((item) => (typeof item === 'string' ? item : item.join(' + '))).join(join);
}

function formatEvidence(evidence: readonly string[]): string {
  const more = evidence.length - EVIDENCE_SHOWN;
  const shown = evidence.slice(0, EVIDENCE_SHOWN).join(', ') || '-';
  return more > 0 ? `${shown} +${more}` : shown;
}

function paintQ(text: string, { paint }: Screen): string {
  return Number(text) <= SURE_Q ? paint.green(text) : paint.dim(text);
}
