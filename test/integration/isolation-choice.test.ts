import { existsSync } from 'node:fs';
import { copyFile, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openHarness, type Harness } from '../fixtures/hostile/open-harness.ts';
import { testedRungs } from '../fixtures/hostile/rungs.ts';

const possible = testedRungs().filter(({ missing }) => missing === undefined);

describe.skipIf(possible.length === 0)('chooseIsolation()', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await openHarness('an ordinary user');
  }, 20_000);

  afterAll(() => harness?.close());

  test('takes the strongest rung that this machine has', async () => {
    const best = possible.some(({ rung }) => rung === 'bubblewrap') ? 'bubblewrap' : 'util-linux';

    expect(await harness.choose('auto')).toMatchObject({
      rung: best,
      reason: expect.stringContaining('passed its probe'),
      weaknesses: expect.arrayContaining([expect.stringContaining('kernel')]),
    });
  });

  test('keeps what the probe found, and probes again when the machine has changed', async () => {
    const cacheFile = join(harness.temporaryFolder, 'isolation.json');
    const chosen = await harness.call('choose', { wanted: 'auto', cacheFile });
    const kept = JSON.parse(await readFile(cacheFile, 'utf8')) as {
      key: string;
      finding: { reason: string };
    };
    expect((await stat(cacheFile)).mode & 0o777).toBe(0o600);

    await writeFile(
      cacheFile,
      JSON.stringify({ ...kept, finding: { ...kept.finding, reason: 'from the cache' } }),
    );
    expect(await harness.call('choose', { wanted: 'auto', cacheFile })).toMatchObject({
      reason: 'from the cache',
    });

    await writeFile(cacheFile, JSON.stringify({ ...kept, key: 'another boot' }));
    expect(await harness.call('choose', { wanted: 'auto', cacheFile })).toEqual(chosen);
  });

  test('survives a cache that is broken or that cannot be written', async () => {
    const cacheFile = join(harness.temporaryFolder, 'broken.json');
    await writeFile(cacheFile, '{"key":');

    expect(await harness.call('choose', { wanted: 'auto', cacheFile })).toMatchObject({
      rung: expect.any(String),
    });
    expect(await harness.call('choose', { wanted: 'auto', cacheFile: '/proc/no/such' })).toMatchObject({
      rung: expect.any(String),
    });
  });

  test('takes nothing less than what is required', async () => {
    const exact = possible.at(-1)?.rung ?? 'util-linux';

    expect(await harness.call('choose', { wanted: 'auto', required: exact })).toMatchObject({ rung: exact });
    await expect(harness.call('choose', { wanted: 'landlock', required: 'namespaces' })).rejects.toThrow(
      /ISOLATION_UNAVAILABLE.*--require-isolation/,
    );
    await expect(harness.call('choose', { wanted: 'auto', required: 'sandbox-exec' })).rejects.toThrow(
      /ISOLATION_UNAVAILABLE.*isolates as much/,
    );
  });

  test('fails with the cause and the remedy when no rung passes', async () => {
    const broken = { wanted: 'auto', nodeFile: '/nonexistent/node' };

    await expect(harness.call('choose', broken)).rejects.toThrow(/ISOLATION_UNAVAILABLE.*--isolation none/);
  });
});

describe.each(possible.filter(({ runner }) => runner === 'root'))(
  'A launch by $title',
  ({ rung, runner }) => {
    test('reaches a node binary and an agent that root alone can read', async () => {
      const harness = await openHarness(runner);
      onTestFinished(() => harness.close());
      const nodeFile = join(harness.folder, 'node');
      await copyFile(process.execPath, nodeFile);

      await harness.call('choose', { wanted: rung, nodeFile });
      await harness.launch('root-only');

      expect((await stat(harness.folder)).mode & 0o777).toBe(0o700);
      expect(await harness.ask('root-only', 'run', 'node', ['-p', '6 * 7'])).toMatchObject({
        stdout: '42\n',
      });
    });

    test('gives each sandbox a uid of its own on the host', async () => {
      const harness = await openHarness(runner);
      onTestFinished(() => harness.close());
      await harness.choose(rung);
      await Promise.all(['uid-1', 'uid-2'].map((id) => harness.launch(id)));

      const uids = await Promise.all(['uid-1', 'uid-2'].map((id) => harness.call('uids', id)));

      expect(new Set(uids.map((each) => JSON.stringify(each))).size).toBe(2);
      expect(uids.flat()).toSatisfy((all: number[]) => all.every((uid) => uid >= 210_000 && uid < 230_000));
    });
  },
);

describe('The rung none', () => {
  // Unique on this machine, as ids are: this rung finds a sandbox's processes by it.
  const id = `none-${process.pid}`;
  let harness: Harness;

  beforeAll(async () => {
    harness = await openHarness('an ordinary user');
    await harness.choose('none');
  }, 20_000);

  afterAll(() => harness?.close());

  test('says that there is no isolation', async () => {
    expect(await harness.choose('none')).toMatchObject({
      rung: 'none',
      weaknesses: expect.arrayContaining([expect.stringContaining('no isolation')]),
    });
  });

  test('runs the agent in a temporary home without the environment of the host', async () => {
    await harness.launch(id);
    const environment = (await harness.ask(id, 'environment')) as Record<string, string>;
    const home = environment['HOME'] ?? '';

    expect(JSON.stringify(environment)).not.toContain('hunter2');
    expect(environment).toMatchObject({ E2B_SANDBOX: 'true', E2B_SANDBOX_ID: id });
    expect(home.startsWith(harness.temporaryFolder)).toBe(true);
    expect(await harness.ask(id, 'write', join(home, 'file'))).toBe('written');
    expect(await harness.call('memory', id)).toBeGreaterThan(0);

    await harness.call('kill', id);
    expect(existsSync(home)).toBe(false);
    expect(await readdir(harness.temporaryFolder)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('ends daemons that left the agent', async () => {
    await harness.launch(id);
    await harness.ask(id, 'daemonise', 3);

    await harness.call('kill', id);

    expect(await processesMarked(`E2B_SANDBOX_ID=${id}`)).toEqual([]);
  });
});

async function processesMarked(mark: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(mark) ? [pid] : [];
    }),
  );
  return marked.flat();
}
