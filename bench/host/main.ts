import { Sandbox } from 'e2b';
import { median, timeOf } from '../measure.ts';
import { printGoals } from '../report.ts';
import { memoryOfSandboxes } from './memory.ts';
import { openServedHost, type ServedHost } from './served-host.ts';

const MANY = 50;

/** What a sandbox of the embedded host costs, through E2B's own SDK over TCP. */
export async function main(rounds: number): Promise<void> {
  await using host = await openServedHost();
  console.log(`# iris host, Node ${process.versions.node}, ${rounds} rounds, isolation ${host.isolation}`);
  await benchCreate(host, rounds);
  await benchMany(host);
}

/** Creation against the start of a plain node, in turn, so that a noisy moment hits both. */
async function benchCreate(host: ServedHost, rounds: number): Promise<void> {
  const created: number[] = [];
  const usable: number[] = [];
  const nodes: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const nodeMs = await timeOf({ name: 'node', argv: [process.execPath, '-e', '0'] });
    const startedAt = performance.now();
    const sandbox = await Sandbox.create(host.options);
    const createdAt = performance.now();
    await sandbox.commands.run('true');
    const usableAt = performance.now();
    await sandbox.kill();
    if (round < 0) continue;
    nodes.push(nodeMs);
    created.push(createdAt - startedAt);
    usable.push(usableAt - startedAt);
  }
  const ratio = median(usable.map((ms, round) => ms / (nodes[round] ?? Number.NaN)));
  console.log(`\n## One sandbox\n\ncreate: median ${median(created).toFixed(0)} ms`);
  console.log(
    `create to first command done: median ${median(usable).toFixed(0)} ms, ${ratio.toFixed(1)} x node -e 0`,
  );
  printGoals([{ text: 'ms from create to first command', value: median(usable), limit: 150 }]);
}

async function benchMany(host: ServedHost): Promise<void> {
  const startedAt = performance.now();
  const sandboxes = await Promise.all(Array.from({ length: MANY }, () => Sandbox.create(host.options)));
  const createdAt = performance.now();
  const results = await Promise.all(sandboxes.map((sandbox) => sandbox.commands.run('echo $E2B_SANDBOX_ID')));
  const ranAt = performance.now();
  const isRight = results.every(({ stdout }, index) => stdout.trim() === sandboxes[index]?.sandboxId);
  const memory = memoryOfSandboxes(sandboxes.map(({ sandboxId }) => sandboxId));
  await Promise.all(sandboxes.map((sandbox) => sandbox.kill()));
  const left = memoryOfSandboxes(sandboxes.map(({ sandboxId }) => sandboxId));
  console.log(`\n## ${MANY} sandboxes at once\n`);
  console.log(
    `created in ${((createdAt - startedAt) / 1000).toFixed(1)} s, one command in each in ${(ranAt - createdAt).toFixed(0)} ms, all right: ${isRight}`,
  );
  console.log(
    `idle memory: ${(memory.bytes / MANY / 1e6).toFixed(1)} MB each (PSS), ${(memory.processes / MANY).toFixed(1)} processes each`,
  );
  printGoals([{ text: 'processes left after all were killed', value: left.processes, limit: 0 }]);
}
