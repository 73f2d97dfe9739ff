import { rmSync } from 'node:fs';
import { interleave, timeOf, type Command } from '../measure.ts';
import { printGoals, printTable, ratioOf } from '../report.ts';
import type { BenchWorkspace } from './workspace.ts';

/** Whole commands against plain node, tsx and an empty program. */
export async function benchStart(space: BenchWorkspace, rounds: number): Promise<void> {
  const node = process.execPath;
  const iris = (...args: string[]): Command => ({
    name: `iris ${args.join(' ')}`,
    argv: [...space.iris, ...args],
    env: space.env,
  });
  const plain = (file: string): Command => ({ name: `node ${file}`, argv: [node, file] });
  const native = (file: string): Command[] =>
    space.node24 === undefined ? [] : [{ name: `node24 ${file}`, argv: [space.node24, file] }];

  await timeOf(iris('run', 'hello.ts'));
  await timeOf(iris('run', 'zod.ts'));
  const hello = await interleave(
    [
      plain('hello.mjs'),
      iris('run', 'hello.ts'),
      ...native('hello.ts'),
      { name: 'tsx hello.ts', argv: [node, space.tsx, 'hello.ts'] },
    ],
    rounds,
  );
  printTable('A warm hello', hello);
  const five = await interleave([plain('five.mjs'), iris('run', 'five.ts'), ...native('five.ts')], rounds);
  printTable('Five local imports', five);
  const zod = await interleave([plain('zod.mjs'), iris('run', 'zod.ts'), ...native('zod.ts')], rounds);
  printTable('A script that imports zod', zod);
  const start = await interleave(
    [plain('empty.cjs'), iris('--version'), iris('--help'), iris('run', '--help')],
    rounds,
  );
  printTable('Start of the command line', start);

  printGoals([
    {
      text: 'warm hello.ts to node hello.mjs',
      value: ratioOf(hello, 'iris run hello.ts', 'node hello.mjs'),
      limit: 1.3,
    },
    {
      text: 'warm hello.ts to node hello.ts (Node 24)',
      value: ratioOf(hello, 'iris run hello.ts', 'node24 hello.ts'),
      limit: 0.6,
    },
    {
      text: 'warm hello.ts to tsx hello.ts',
      value: ratioOf(hello, 'iris run hello.ts', 'tsx hello.ts'),
      limit: 0.35,
    },
    {
      text: 'five imports to node five.ts (Node 24)',
      value: ratioOf(five, 'iris run five.ts', 'node24 five.ts'),
      limit: 0.8,
    },
    {
      text: 'zod to node zod.ts (Node 24)',
      value: ratioOf(zod, 'iris run zod.ts', 'node24 zod.ts'),
      limit: 1,
    },
    {
      text: '--version to node empty.cjs',
      value: ratioOf(start, 'iris --version', 'node empty.cjs'),
      limit: 1.2,
    },
    { text: '--help to node empty.cjs', value: ratioOf(start, 'iris --help', 'node empty.cjs'), limit: 1.3 },
  ]);
}

/** The first run of all: no daemon, no cache, no sandbox. */
export async function benchFirstRun(space: BenchWorkspace): Promise<void> {
  const env = { IRIS_STATE_DIR: `${space.dir}/first`, IRIS_CACHE_DIR: `${space.dir}/first-cache` };
  const stop = { name: 'stop', argv: [...space.iris, 'daemon', 'stop'], env };
  const first = { name: 'iris run hello.ts', argv: [...space.iris, 'run', 'hello.ts'], env };
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    await timeOf(stop);
    for (const dir of Object.values(env)) rmSync(dir, { recursive: true, force: true });
    times.push(await timeOf(first));
  }
  await timeOf(stop);
  console.log(`\n## First run from nothing\n\nslowest of 5: ${Math.max(...times).toFixed(0)} ms`);
  printGoals([{ text: 'seconds from nothing to done', value: Math.max(...times) / 1000, limit: 2 }]);
}

/** Runs one after the other for five seconds. */
export async function benchThroughput(space: BenchWorkspace): Promise<void> {
  const command = { name: 'iris run', argv: [...space.iris, 'run', 'hello.ts'], env: space.env };
  const until = performance.now() + 5_000;
  let runs = 0;
  while (performance.now() < until) {
    await timeOf(command);
    runs++;
  }
  console.log(`\n## Throughput\n\n${runs * 12} warm runs a minute, one after the other`);
  printGoals([{ text: 'warm runs a minute', value: runs * 12, limit: 600, isFloor: true }]);
}
