import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchEnv, interleave, median } from '../measure.ts';
import { printGoals, printTable, ratioOf } from '../report.ts';
import type { BenchWorkspace } from './workspace.ts';

const MB = 1_000_000;
/** 55 bytes a line, the length of an ordinary log line. */
const FLOOD = `const line = 'The quick brown fox jumps over the lazy dog 0123456789\\n'.slice(-55);
const block = Buffer.from(line.repeat(1191));
let left = Number(process.argv[2]);
while (left > 0) {
  const part = left < block.length ? block.subarray(0, left) : block;
  left -= part.length;
  if (!process.stdout.write(part)) await new Promise((next) => process.stdout.once('drain', next));
}
`;

/** 100 MB against a plain pipe, and 600 MB with an eye on the memory of every process. */
export async function benchOutput(space: BenchWorkspace, rounds: number): Promise<void> {
  for (const name of ['flood.mjs', 'flood.ts']) writeFileSync(join(space.dir, name), FLOOD);
  const line = 'The quick brown fox jumps over the lazy dog 0123456789\n'.slice(-55);
  const bytes = 100 * MB;
  const shell = (name: string, script: string) => ({ name, argv: ['bash', '-c', script], env: space.env });
  const iris = space.iris.join(' ');
  const rows = await interleave(
    [
      shell('bash pipe', `yes '${line.trim()}' | head -c ${bytes} | cat >/dev/null`),
      shell('node pipe', `${process.execPath} flood.mjs ${bytes} | cat >/dev/null`),
      shell('iris pipe', `${iris} run flood.ts ${bytes} | cat >/dev/null`),
    ],
    rounds,
  );
  printTable('100 MB of stdout through a pipe', rows);
  const { isSame, peaksMb } = await floodWithMemory(space, 600 * MB);
  console.log(`\n600 MB: same bytes: ${isSame}; peak RSS in MB: ${JSON.stringify(peaksMb)}`);
  printGoals([
    { text: '100 MB to a plain pipe', value: ratioOf(rows, 'iris pipe', 'bash pipe'), limit: 6 },
    { text: 'largest RSS in MB at 600 MB', value: Math.max(...Object.values(peaksMb)), limit: 120 },
  ]);
}

async function floodWithMemory(
  space: BenchWorkspace,
  bytes: number,
): Promise<{ isSame: boolean; peaksMb: Record<string, number> }> {
  const md5 = (script: string): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn('bash', ['-c', script], {
        env: benchEnv(space.env),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', (chunk) => (text += String(chunk)));
      child.on('close', () => resolve(text.trim()));
    });
  const peaksMb: Record<string, number> = {};
  const watch = setInterval(() => noteMemory(peaksMb), 50);
  const ours = await md5(`${space.iris.join(' ')} run flood.ts ${bytes} | md5sum`);
  clearInterval(watch);
  return { isSame: ours === (await md5(`${process.execPath} flood.mjs ${bytes} | md5sum`)), peaksMb };
}

/** Which process is which, by its command line. */
const ROLES = [
  ['cli', /bin\/iris\.cjs/],
  ['daemon', /daemon\/main\.js/],
  ['agent', /agent\.cjs/],
  ['script', /spare\.cjs|flood/],
] as const;

function noteMemory(peaksMb: Record<string, number>): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const cmdline = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      if (!cmdline.includes('node') || cmdline.startsWith('bash')) continue;
      const role = ROLES.find(([, pattern]) => pattern.test(cmdline))?.[0];
      const rssKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
      if (role !== undefined) peaksMb[role] = Math.max(peaksMb[role] ?? 0, Math.round(rssKb / 1000));
    } catch {
      // The process ended while it was looked at.
    }
  }
}

const LINES = 200;

/** How much later a line arrives than through a plain pipe, the clock being the same on both sides. */
export async function benchLatency(space: BenchWorkspace): Promise<void> {
  const program = `for (let i = 0; i < ${LINES}; i++) {
  process.stdout.write(process.hrtime.bigint() + '\\n');
  await new Promise((next) => setTimeout(next, 10));
}
`;
  for (const name of ['ticks.mjs', 'ticks.ts']) writeFileSync(join(space.dir, name), program);
  const pipe = await latencies([process.execPath, 'ticks.mjs'], space);
  const iris = await latencies([...space.iris, 'run', 'ticks.ts'], space);
  const added = median(iris) - median(pipe);
  console.log(
    `\n## Latency of a line\n\npipe p50 ${median(pipe).toFixed(2)} ms, iris p50 ${median(iris).toFixed(2)} ms`,
  );
  printGoals([{ text: 'added ms at p50', value: added, limit: 1 }]);
}

function latencies(argv: readonly string[], space: BenchWorkspace): Promise<number[]> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(file, args, { env: benchEnv(space.env), stdio: ['ignore', 'pipe', 'inherit'] });
    const found: number[] = [];
    child.stdout.on('data', (chunk) => {
      const now = process.hrtime.bigint();
      for (const line of String(chunk).trim().split('\n')) found.push(Number(now - BigInt(line)) / 1e6);
    });
    child.on('close', () => resolve(found));
  });
}
