import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { printGoals } from '../report.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const times = z.object({ p50: z.number(), p99: z.number(), wall100: z.number(), large: z.number() });
type Times = z.infer<typeof times>;

/** What a call of a tool costs from inside a sandbox, against the official MCP client and server over plain stdio. */
export async function main(rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'iris-bench-'));
  const calls = rounds * 50;
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'bridge.ts'), BRIDGE);
  console.log(`# bridge, Node ${process.versions.node}, ${calls} calls`);
  const bridge: Times[] = [];
  const stdio: Times[] = [];
  for (let round = 0; round < 3; round++) {
    stdio.push(
      await measure(
        process.execPath,
        [
          join(ROOT, 'node_modules/tsx/dist/cli.mjs'),
          join(ROOT, 'bench/bridge/stdio-client.ts'),
          String(calls),
        ],
        folder,
      ),
    );
    bridge.push(
      await measure(
        process.execPath,
        [join(ROOT, 'bin/iris.cjs'), 'run', '-q', 'bridge.ts', String(calls)],
        folder,
      ),
    );
  }
  print('official client and server over stdio', stdio);
  print('script in a sandbox over the bridge', bridge);
  const ratio = best(bridge, 'p50') / best(stdio, 'p50');
  printGoals([{ text: 'x the official client at p50', value: ratio, limit: 1.3 }]);
}

async function measure(file: string, argv: readonly string[], cwd: string): Promise<Times> {
  const { stdout } = await execa(file, argv, { cwd, env: { NODE_EXTRA_CA_CERTS: '' } });
  return times.parse(JSON.parse(stdout));
}

function best(runs: readonly Times[], key: keyof Times): number {
  return Math.min(...runs.map((run) => run[key]));
}

function print(name: string, runs: readonly Times[]): void {
  const [p50, p99, wall, large] = (['p50', 'p99', 'wall100', 'large'] as const).map((key) =>
    best(runs, key).toFixed(2),
  );
  console.log(`\n${name}: 1 KB p50 ${p50} ms, p99 ${p99} ms; 100 at once ${wall} ms; 1 MB p50 ${large} ms`);
}

/** Runs inside the sandbox; the tool that it calls reads the least of all: a name that is not there costs no query. */
const BRIDGE = `
import { iris } from 'iris-prime';
const calls = Number(process.argv[2]);
const text = 'x'.repeat(1000);
const large = 'x'.repeat(1_000_000);
const call = (value: string) => iris.call('no_such_tool', { value }).catch(() => undefined);
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
