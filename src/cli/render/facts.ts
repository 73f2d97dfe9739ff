import { oneLine } from './plain-text.ts';
import type { Screen } from './screen.ts';

export type Fact = readonly [name: string, value: string | undefined];

/** What is known of one thing, a line each; what is unknown or empty is left out. */
export function renderFacts(facts: readonly Fact[], { paint }: Screen): string {
  const known = facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name, value: oneLine(value) }],
  );
  const width = Math.max(0, ...known.map(({ name }) => name.length));
  return known.map(({ name, value }) => `${paint.bold(name.padEnd(width))}  ${value}\n`).join('');
}
