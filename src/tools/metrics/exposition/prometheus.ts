import type { ExposedSeries } from './exposed-series.ts';
import { toFamilies, type Family } from './families.ts';
import { sampleLine } from './sample-line.ts';

/** Writes the text format of Prometheus, version 0.0.4. */
export function renderPrometheus(series: readonly ExposedSeries[]): string {
  return toFamilies(series)
    .flatMap(linesOf)
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(family: Family): readonly string[] {
  // Here the type belongs to the sample, and a counter's sample ends in _total.
  const name = family.type === 'counter' ? `${family.name}_total` : family.name;
  return [
    ...(family.help === undefined ? [] : [`# HELP ${name} ${escapeHelp(family.help)}`]),
    `# TYPE ${name} ${family.type}`,
    ...family.samples.map((sample) => sampleLine(family.name, sample)),
  ];
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
