import { z } from 'zod';

/** What the script prints: milliseconds. */
export const times = z.object({
  p50: z.number(),
  p99: z.number(),
  wall100: z.number(),
  large: z.number(),
});
export type Times = z.infer<typeof times>;

/** Runs inside the sandbox; where no echo is offered, a name that is not there costs the least. */
export const SCRIPT = `
import { iris } from 'iris-prime';
const calls = Number(process.argv[2]);
const text = 'x'.repeat(1000);
const large = 'x'.repeat(1_000_000);
const call = (value: string) => iris.call('echo', { value }).catch(() => undefined);
for (let index = 0; index < 50; index++) await call(text);
const took: number[] = [];
for (let index = 0; index < calls; index++) {
  const startedAt = performance.now();
  await call(text);
  took.push(performance.now() - startedAt);
}
took.sort((a, b) => a - b);
const startedAt = performance.now();
await Promise.all(Array.from({ length: 100 }, () => call(text)));
const wall100 = performance.now() - startedAt;
const big: number[] = [];
for (let index = 0; index < 10; index++) {
  const at = performance.now();
  await call(large);
  big.push(performance.now() - at);
}
big.sort((a, b) => a - b);
console.log(JSON.stringify({ p50: took[calls >> 1], p99: took[Math.floor(calls * 0.99)], wall100, large: big[5] }));
`;

/** The smallest of what several runs took: the one that the machine disturbed the least. */
export function best(runs: readonly Times[], key: keyof Times): number {
  return Math.min(...runs.map((run) => run[key]));
}

export function printTimes(name: string, runs: readonly Times[]): void {
  const [p50, p99, wall, large] = (['p50', 'p99', 'wall100', 'large'] as const).map((key) =>
    best(runs, key).toFixed(2),
  );
  console.log(`\n${name}: 1 KB p50 ${p50} ms, p99 ${p99} ms; 100 at once ${wall} ms; 1 MB p50 ${large} ms`);
}
