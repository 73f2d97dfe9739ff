import { iris } from 'iris-prime';
import { SORTS } from './sorts.ts';

const ROUNDS = 20;
const numbers = Array.from({ length: 2000 }, () => Math.random());

const points = Object.entries(SORTS).flatMap(([variant, sort]) =>
  Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    sort(numbers);
    return {
      name: 'sort.duration',
      value: performance.now() - startedAt,
      type: 'histogram',
      unit: 'ms',
      tags: { variant },
    };
  }),
);
// All of them in one call.
const { accepted } = await iris.recordMetric({ points });
console.log(`Recorded ${accepted} measurements of ${numbers.length} numbers each.\n`);

const { series = [] } = await iris.getMetrics({
  name: 'sort.duration',
  since: '1h',
  groupBy: ['variant'],
  aggregations: ['count', 'p50', 'p95'],
  bucket: null,
});
console.log('variant     count   p50 ms   p95 ms');
for (const { labels, points: buckets } of series) {
  const figures = buckets[0] ?? {};
  console.log(
    [
      (labels['variant'] ?? '').padEnd(10),
      format(figures, 'count', 0).padStart(6),
      format(figures, 'p50', 3).padStart(8),
      format(figures, 'p95', 3).padStart(8),
    ].join(' '),
  );
}

function format(figures: Readonly<Record<string, unknown>>, key: string, digits: number): string {
  const value = figures[key];
  return typeof value === 'number' ? value.toFixed(digits) : '-';
}
