import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeStoreTemplate } from '../../scripts/make-store-template.ts';
import { PgliteDriver } from '../../src/store/pglite/pglite-driver.ts';
import { bindStore } from '../../src/store/port/store.ts';
import { allTools } from '../../src/tools/all-tools.ts';
import { Effort } from '../../src/tools/patterns/effort.ts';
import { frequentItemsets } from '../../src/tools/patterns/itemsets.ts';
import { Toolbox } from '../../src/tools/toolbox/toolbox.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { median } from '../measure.ts';
import { printGoals } from '../report.ts';
import { benchPercentiles } from './percentiles.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BATCH = 100;
const SESSIONS = 100_000;
const ITEMS = 10;
const MIN_SHARE = 0.001;

/** What a call of a tool costs through the thread of the daemon, and what mining costs. */
export async function main(rounds: number): Promise<void> {
  console.log(`# tools, Node ${process.versions.node}, ${rounds} rounds`);
  await benchCalls(rounds * 10);
  await benchPercentiles(rounds);
  await benchMining(Math.max(1, Math.floor(rounds / 7)));
}

/** The calls in turn, so that a noisy moment hits all alike. */
async function benchCalls(rounds: number): Promise<void> {
  await using dir = await tempDir();
  await using driver = new PgliteDriver({
    storeDir: join(dir.path, 'store'),
    migrationsDir: join(ROOT, 'supabase/migrations'),
    workerFile: join(ROOT, 'dist/store/worker.js'),
    templateFile: await makeStoreTemplate(),
    logger: () => undefined,
  });
  const store = bindStore(driver, { type: 'project', projectId: 'bench' });
  const toolbox = new Toolbox(allTools);
  const call = (name: string, input: unknown): Promise<unknown> =>
    toolbox.call(name, input, { store, caller: {} });
  const events = Array.from({ length: BATCH }, (_, index) => ({ event: 'bench', sessionId: `s${index}` }));
  const calls: readonly (readonly [string, (round: number) => Promise<unknown>])[] = [
    ['telemetry_log, one', () => call('telemetry_log', { event: 'bench', sessionId: 's' })],
    [`telemetry_log, ${BATCH}`, () => call('telemetry_log', { events })],
    ['metric_record', (round) => call('metric_record', { name: 'bench', value: round })],
    [
      'consensus_vote',
      (round) => call('consensus_vote', { consensusId: 'c', agentId: `a${round % 50}`, decision: 'approve' }),
    ],
    ['agent_status', () => call('agent_status', { agentId: 'a1' })],
  ];
  const openedAt = performance.now();
  await call('agent_status', {});
  console.log(
    `\n## Calls, synced to the disk\n\nnew store opened in ${(performance.now() - openedAt).toFixed(0)} ms\n`,
  );
  const times = calls.map((): number[] => []);
  for (let round = -10; round < rounds; round++) {
    for (const [index, [, work]] of calls.entries()) {
      const startedAt = performance.now();
      await work(round + 10);
      if (round >= 0) times[index]?.push(performance.now() - startedAt);
    }
  }
  console.log('| call | median ms | slowest of 100 ms |\n| --- | ---: | ---: |');
  for (const [index, [name]] of calls.entries()) {
    const sorted = (times[index] ?? []).toSorted((one, other) => one - other);
    const slow = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
    console.log(`| ${name} | ${median(sorted).toFixed(2)} | ${slow.toFixed(2)} |`);
  }
  printGoals([{ text: 'ms for one event', value: median(times[0] ?? []), limit: 2 }]);
}

/** The same sets as an FP-growth in JavaScript, if one is installed where IRIS_BENCH_FPGROWTH says. */
async function benchMining(rounds: number): Promise<void> {
  const transactions = randomTransactions();
  const minCount = Math.ceil(SESSIONS * MIN_SHARE);
  const ours: number[] = [];
  const theirs: number[] = [];
  const counts = { ours: 0, theirs: 0 };
  const growth = fpGrowth();
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const effort = new Effort({ maxCandidates: Infinity, maxMs: Infinity });
    counts.ours = frequentItemsets(transactions, 1000, { minCount, maxLength: ITEMS, effort }).length;
    ours.push(performance.now() - startedAt);
    if (growth === undefined) continue;
    const theirsAt = performance.now();
    counts.theirs = await growth(transactions);
    theirs.push(performance.now() - theirsAt);
  }
  console.log(`\n## Mining ${SESSIONS} sessions of ${ITEMS} items at ${MIN_SHARE * 100} %\n`);
  console.log(`iris: ${counts.ours} sets, median ${median(ours).toFixed(0)} ms`);
  if (growth === undefined) {
    console.log('skipped: IRIS_BENCH_FPGROWTH names no folder with node-fpgrowth');
    return;
  }
  console.log(`node-fpgrowth: ${counts.theirs} sets, median ${median(theirs).toFixed(0)} ms`);
  const ratio = median(theirs.map((ms, round) => ms / (ours[round] ?? Number.NaN)));
  printGoals([
    { text: 'times as fast as node-fpgrowth', value: ratio, limit: 20, isFloor: true },
    { text: 'difference in the number of sets', value: Math.abs(counts.ours - counts.theirs), limit: 0 },
  ]);
}

function fpGrowth(): ((transactions: readonly (readonly number[])[]) => Promise<number>) | undefined {
  const folder = process.env['IRIS_BENCH_FPGROWTH'];
  if (folder === undefined) return undefined;
  const { FPGrowth } = createRequire(join(folder, 'package.json'))('node-fpgrowth');
  return async (transactions) => (await new FPGrowth(MIN_SHARE).exec(transactions)).length;
}

/** A few items are frequent and most are rare, as events are; the same each time. */
function randomTransactions(): number[][] {
  let seed = 42;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  return Array.from({ length: SESSIONS }, () => {
    const items = new Set<number>();
    while (items.size < ITEMS) items.add(Math.floor(1000 * random() ** 3));
    return [...items];
  });
}
