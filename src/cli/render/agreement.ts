import type { z } from 'zod';
import type { reflexionAgreement } from '../../contract/tools/reflexion.ts';
import { renderFacts } from './facts.ts';
import { formatNumber, formatShare } from './figures.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

export type Agreement = z.output<typeof reflexionAgreement.output>;

const VERDICTS = ['correct', 'partial', 'incorrect', 'unknown'] as const;

/** The figures of an agreement, and how often which verdicts met. */
export function renderAgreement(
  answer: Agreement,
  { first, second }: { readonly first: string; readonly second: string },
  screen: Screen,
): string {
  const facts = renderFacts(
    [
      ['pairs', String(answer.pairs)],
      ['same verdict', formatShare(answer.agreement)],
      ["Cohen's kappa", formatNumber(answer.kappa)],
      ["Spearman's rho", formatNumber(answer.spearman)],
      ["Kendall's tau", formatNumber(answer.kendall)],
    ],
    screen,
  );
  const used = VERDICTS.filter((verdict) =>
    answer.table.some((cell) => cell.first === verdict || cell.second === verdict),
  );
  const columns = [
    `${first} \\ ${second}`,
    ...used.map((verdict) => ({ title: verdict, align: 'right' }) as const),
  ];
  const rows = used.map((row) => [row, ...used.map((column) => countOf(answer, row, column))]);
  return `${facts}\n${renderTable(columns, rows, screen)}`;
}

function countOf({ table }: Agreement, first: string, second: string): string {
  return String(table.find((cell) => cell.first === first && cell.second === second)?.count ?? 0);
}
