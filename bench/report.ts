import type { Measured } from './measure.ts';

export interface Goal {
  readonly text: string;
  readonly value: number;
  readonly limit: number;
  /** Whether the value must stay below the limit (the usual) or reach it. */
  readonly isFloor?: boolean;
}

/** Prints one table, the first row being what the others are compared with. */
export function printTable(title: string, rows: readonly Measured[]): void {
  console.log(`\n## ${title}\n\n| command | median ms | min ms | ratio |\n| --- | ---: | ---: | ---: |`);
  for (const { name, medianMs, minMs, ratio } of rows) {
    console.log(`| ${name} | ${medianMs.toFixed(1)} | ${minMs.toFixed(1)} | ${ratio.toFixed(2)} |`);
  }
}

/** Prints how the figures stand against their goals. */
export function printGoals(goals: readonly Goal[]): void {
  console.log('');
  for (const { text, value, limit, isFloor } of goals) {
    const isMet = isFloor === true ? value >= limit : value <= limit;
    console.log(
      `- ${isMet ? 'met' : 'MISSED'}: ${text}: ${value.toFixed(2)} (goal ${isFloor === true ? '>=' : '<='} ${limit})`,
    );
  }
}

/** The ratio of row `name` to row `base`. */
export function ratioOf(rows: readonly Measured[], name: string, base: string): number {
  const find = (wanted: string): number => rows.find((row) => row.name === wanted)?.ratio ?? Number.NaN;
  return find(name) / find(base);
}
