import type { ExposedSeries } from './exposed-series.ts';
import { toFamilies, type Family } from './families.ts';
import { escapeText, sampleLine } from './sample-line.ts';

/** Writes OpenMetrics 1.0. */
export function renderOpenMetrics(series: readonly ExposedSeries[]): string {
  return [...toFamilies(series).flatMap(linesOf), '# EOF'].map((line) => `${line}\n`).join('');
}

function linesOf({ name, type, unit, help, samples }: Family): readonly string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    ...(help === undefined ? [] : [`# HELP ${name} ${escapeText(help)}`]),
    ...samples.map((sample) => sampleLine(name, sample)),
  ];
}
