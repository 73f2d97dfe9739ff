import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchEnv, interleave, timeOf, type Command, type Measured } from '../measure.ts';
import { printGoals, printTable, ratioOf } from '../report.ts';
import { openBenchWorkspace, type BenchWorkspace } from '../run/workspace.ts';
import { openFarHost, type FarHost, type Traffic } from './far-host.ts';
import { writePlainProgram } from './plain-program.ts';

const ROUND_TRIP_MS = 50;

/** Runs in a cloud that is 50 ms away, against a plain program that uses E2B's SDK. */
export async function main(rounds: number): Promise<void> {
  await using host = await openFarHost(ROUND_TRIP_MS);
  using space = openBenchWorkspace();
  const commands = await commandsOf(space, host);
  console.log(
    `A host ${ROUND_TRIP_MS} ms away (isolation: ${host.isolation}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  await timeOf(commands.same);
  await commands.changed.before?.();
  await timeOf(commands.changed);

  const counts = await countAll(host, commands);
  printCounts(counts);
  const warm = await interleave(
    [commands.plainWarm, commands.same, commands.changed, commands.local],
    rounds,
  );
  printTable('A sandbox that is there', warm);
  const coldRounds = Math.max(Math.round(rounds / 4), 3);
  const cold = await interleave([commands.plainCold, commands.cold], coldRounds);
  printTable('A sandbox that is made first', cold);
  printGoals([
    { text: 'requests of a warm run', value: counts.same.requests.length, limit: 1 },
    { text: 'requests of a warm run of a changed script', value: counts.changed.requests.length, limit: 2 },
    {
      text: 'connections of warm runs',
      value: counts.same.connections + counts.changed.connections,
      limit: 0,
    },
    { text: 'requests of a cold run, one after the other', value: inTurn(counts.cold).length, limit: 4 },
    {
      text: 'ms of a warm run beyond one round trip',
      value: medianOf(warm, commands.same) - ROUND_TRIP_MS,
      limit: 60,
    },
    {
      text: 'ms of a warm run of a changed script beyond two round trips',
      value: medianOf(warm, commands.changed) - 2 * ROUND_TRIP_MS,
      limit: 60,
    },
    {
      text: 'warm run to a plain program',
      value: ratioOf(warm, commands.same.name, commands.plainWarm.name),
      limit: 0.5,
    },
    {
      text: 'cold run to a plain program',
      value: ratioOf(cold, commands.cold.name, commands.plainCold.name),
      limit: 0.8,
    },
  ]);
}

type Commands = Readonly<Record<'same' | 'changed' | 'cold' | 'local' | 'plainWarm' | 'plainCold', Command>>;

async function commandsOf(space: BenchWorkspace, host: FarHost): Promise<Commands> {
  const env = { ...space.env, ...host.env };
  const iris = (...args: string[]): readonly string[] => [...space.iris, ...args];
  const plain = writePlainProgram(space.dir);
  const keep = [plain, 'keep'];
  // Not in one go: this process passes on what the program sends.
  const { stdout: id } = await promisify(execFile)(process.execPath, keep, { env: benchEnv(env) });
  let version = 0;
  return {
    same: { name: 'iris run, same script', argv: iris('run', 'hello.ts'), env },
    changed: {
      name: 'iris run, changed script',
      argv: iris('run', 'changing.ts'),
      env,
      before: async () => writeFileSync(join(space.dir, 'changing.ts'), `console.log(${version++});\n`),
    },
    cold: {
      name: 'iris run, no sandbox yet',
      argv: iris('run', 'hello.ts'),
      env,
      before: async () =>
        void (await timeOf({ name: 'close', argv: iris('sandbox', 'close', '--all'), env })),
    },
    local: {
      name: 'iris run on this machine',
      argv: iris('run', '--provider', 'embedded', 'hello.ts'),
      env,
    },
    plainWarm: { name: 'plain program, connect + write + run', argv: [process.execPath, plain, id], env },
    plainCold: { name: 'plain program, create + write + run + kill', argv: [process.execPath, plain], env },
  };
}

interface Counts {
  readonly same: Traffic;
  readonly changed: Traffic;
  readonly cold: Traffic;
  readonly plainWarm: Traffic;
  readonly plainCold: Traffic;
}

async function countAll(host: FarHost, commands: Commands): Promise<Counts> {
  const count = async (command: Command): Promise<Traffic> => {
    await command.before?.();
    await settle();
    host.takeTraffic();
    await timeOf(command);
    const traffic = host.takeTraffic();
    await settle();
    return traffic;
  };
  return {
    same: await count(commands.same),
    changed: await count(commands.changed),
    cold: await count(commands.cold),
    plainWarm: await count(commands.plainWarm),
    plainCold: await count(commands.plainCold),
  };
}

/** What goes out beside a run belongs to none. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
}

function printCounts(counts: Counts): void {
  console.log('\n## Requests\n\n| run | requests | new connections | |\n| --- | ---: | ---: | --- |');
  for (const [name, { requests, connections }] of Object.entries(counts)) {
    console.log(`| ${name} | ${requests.length} | ${connections} | ${requests.map(toPath).join(', ')} |`);
  }
}

/** The size of a new sandbox is asked for beside the run, which does not wait for it. */
function inTurn({ requests }: Traffic): readonly string[] {
  return requests.filter((url) => toPath(url) !== '/sandboxes/{id}');
}

function toPath(url: string): string {
  return (url.split('?')[0] ?? '').replace(/\/sandboxes\/[^/]+/, '/sandboxes/{id}');
}

function medianOf(rows: readonly Measured[], { name }: Command): number {
  return rows.find((row) => row.name === name)?.medianMs ?? Number.NaN;
}
