import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCgroups } from '../../src/host/isolation/cgroup/find-cgroups.ts';
import { removeLeftovers } from '../../src/host/isolation/cgroup/group-name.ts';
import { isRunning } from '../../src/host/isolation/processes/send-signal.ts';
import { MEBIBYTE, openHarness, type Harness } from '../fixtures/hostile/open-harness.ts';
import { testedRungs } from '../fixtures/hostile/rungs.ts';
import { until } from '../support/until.ts';

const cgroups = await findCgroups();
const rungs = testedRungs()
  .filter(({ runner, missing }) => runner === 'root' && missing === undefined)
  .map(({ rung }) => rung as string);

describe.skipIf(cgroups === undefined).each([...rungs, 'landlock'])(
  'The control group of a sandbox by %s',
  (rung) => {
    let harness: Harness;
    const groups = async (): Promise<readonly string[]> =>
      ((await cgroups?.list()) ?? []).filter((name) => name.includes(`-${harness.process.pid}-`));

    beforeAll(async () => {
      harness = await openHarness('root');
      await harness.choose(rung);
    }, 20_000);

    afterAll(() => harness?.close());

    test('ends one process with 137 when all together ask for too much memory', async () => {
      await harness.launch('a', { memoryBytes: 700 * MEBIBYTE });
      // Each stays below its own limit.
      const hog = `perl -e 'vec($x, 300 << 20, 8) = 1; sleep 3'`;
      const script = `for i in 1 2 3; do ${hog} & all="$all $!"; done; for p in $all; do wait $p; echo $?; done`;

      const { stdout } = (await harness.ask('a', 'run', 'sh', ['-c', script])) as { stdout: string };

      expect(stdout.trim().split('\n')).toContain('137');
      expect(stdout.trim().split('\n')).toContain('0');
      expect(await harness.call('oomKills', 'a')).toBeGreaterThan(0);
      expect(await harness.ask('a', 'run', 'echo', ['fine'])).toMatchObject({ stdout: 'fine\n' });
      await harness.call('kill', 'a');
    }, 20_000);

    test('halts every process and lets it go on', async () => {
      await harness.launch('b');
      const tree = (await harness.call('tree', 'b')) as number[];
      const agent = tree.at(-1) ?? 0;

      await harness.call('freeze', 'b');
      const ticks = await cpuTicks(agent);
      const answer = harness.ask('b', 'identity');
      const first = await Promise.race([answer.then(() => 'answered'), cpuAfter(agent)]);

      expect(first).toBe(ticks);
      await harness.call('thaw', 'b');
      expect(await answer).toMatchObject({ gid: expect.any(Number) });
      await harness.call('freeze', 'b');
      await harness.call('kill', 'b');
      expect(tree.filter(isRunning)).toEqual([]);
    });

    test('goes with its sandbox', async () => {
      await harness.launch('c');
      expect(await groups()).toHaveLength(1);

      await harness.call('kill', 'c');

      expect(await groups()).toEqual([]);
    });

    test('is removed by the next daemon when its own was killed', async () => {
      const launcher = await openHarness('root');
      await launcher.choose(rung);
      await launcher.launch('d');
      await launcher.call('freeze', 'd');
      const tree = (await launcher.call('tree', 'd')) as number[];
      const mine = `-${launcher.process.pid}-`;
      expect(((await cgroups?.list()) ?? []).some((name) => name.includes(mine))).toBe(true);
      await launcher.call('thaw', 'd');

      launcher.process.kill('SIGKILL');
      await until('the end of the launcher', () => launcher.process.signalCode !== null);
      await harness.choose(rung);

      expect(((await cgroups?.list()) ?? []).filter((name) => name.includes(mine))).toEqual([]);
      await until('the end of all', () => !tree.some(isRunning));
      await launcher.close();
    });
  },
);

test.skipIf(cgroups === undefined)('removeLeftovers() leaves the groups of the living alone', async () => {
  const harness = await openHarness('root');
  await harness.choose('util-linux');
  await harness.launch('a');

  if (cgroups !== undefined) await removeLeftovers(cgroups);

  expect(await harness.ask('a', 'run', 'echo', ['fine'])).toMatchObject({ stdout: 'fine\n' });
  await harness.close();
});

async function cpuTicks(pid: number): Promise<string> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ');
  return `${fields.at(13)} ${fields.at(14)}`;
}

/** CPU time after the frozen process would have had many chances to run. */
async function cpuAfter(pid: number): Promise<string> {
  const deadline = Date.now() + 100;
  while (Date.now() < deadline) await readdir('/proc');
  return cpuTicks(pid);
}
