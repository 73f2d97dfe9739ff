import { existsSync } from 'node:fs';
import { open, readFile, readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../../src/host/isolation/processes/send-signal.ts';
import { LIMITS, openHarness, type Harness } from '../fixtures/hostile/open-harness.ts';
import { testedRungs } from '../fixtures/hostile/rungs.ts';

// Generous, for a loaded machine; a quiet one needs 10 ms.
const MAX_KILL_MS = 1000;

describe.each(testedRungs())('The end of a sandbox by $title', ({ rung, runner, missing }) => {
  let harness: Harness;

  beforeAll(async () => {
    if (missing !== undefined) return;
    harness = await openHarness(runner);
    await harness.choose(rung);
  }, 20_000);

  afterAll(() => harness?.close());

  const it = test.skipIf(missing !== undefined);

  it('takes daemons that ignore signals along and leaves nothing behind', async () => {
    const before = await traces(harness);
    await harness.launch('a');
    await harness.ask('a', 'daemonise', 5);
    const tree = pidsOf(await harness.call('tree', 'a'));

    const startMs = performance.now();
    await Promise.all([harness.call('kill', 'a'), harness.call('kill', 'a')]);
    const killMs = performance.now() - startMs;

    expect(tree.length).toBeGreaterThanOrEqual(8);
    expect(tree.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(killMs).toBeLessThan(MAX_KILL_MS);
    await harness.call('kill', 'a');
    expect(await harness.call('exited', 'a')).toMatchObject({ stderrTail: expect.any(String) });
    expect(await traces(harness)).toEqual(before);
  });

  it('comes when the process that launched it is killed', async () => {
    const launcher = await openHarness(runner);
    onTestFinished(() => launcher.close());
    await launcher.choose(rung);
    await launcher.launch('a');
    await launcher.ask('a', 'daemonise', 5);
    const tree = pidsOf(await launcher.call('tree', 'a'));

    launcher.process.kill('SIGKILL');

    // Zombies are dead; their parent is gone, and the machine's init buries them when it pleases.
    await until(() => Promise.resolve(!tree.some(isRunning)));
  });

  it('comes when the agent ends by itself', async () => {
    await harness.launch('a');
    await harness.ask('a', 'daemonise', 5);
    const tree = pidsOf(await harness.call('tree', 'a'));

    void harness.ask('a', 'crash').catch(() => {});

    expect(await harness.call('exited', 'a')).toMatchObject({ code: 137 });
    await until(() => Promise.resolve(tree.every((pid) => !existsSync(`/proc/${pid}`))));
  });

  it('comes to a fork bomb without harm to the host', async () => {
    await harness.launch('a', { maxThreads: 32 });
    await harness.launch('b');
    expect(await harness.ask('a', 'forkBomb')).toBe('started');
    await until(async () => pidsOf(await harness.call('tree', 'a')).length > 15);

    expect(await harness.ask('b', 'run', 'echo', ['fine'])).toMatchObject({ stdout: 'fine\n' });
    const startMs = performance.now();
    await harness.call('kill', 'a');

    expect(performance.now() - startMs).toBeLessThan(MAX_KILL_MS);
    await harness.call('kill', 'b');
  });

  it('tells the exit code and the last 4 KiB of stderr', async () => {
    await harness.launch('a');

    void harness.ask('a', 'complain', 100_000).catch(() => {});

    const exit = (await harness.call('exited', 'a')) as { code: number; stderrTail: string };
    expect(exit.code).toBe(3);
    expect(exit.stderrTail).toHaveLength(4096);
    expect(exit.stderrTail).toMatch(/xxthe end\n$/);
  });

  it('follows at once on a signal that aborted the launch', async () => {
    const before = await childrenOfHarness(harness);

    const request = { sandboxId: 'c', agentFile: harness.agentFile, limits: LIMITS };
    await expect(harness.call('launchAborted', request)).rejects.toThrow('abort');

    expect(await childrenOfHarness(harness)).toEqual(before);
  });

  it('leaves no descriptor of a careless parent to the sandbox', async () => {
    const secret = await open('/etc/hostname');
    const leaky = await openHarness(runner, { leakedFd: secret.fd });
    onTestFinished(() => leaky.close());
    await leaky.choose(rung);
    await leaky.launch('a');

    const descriptors = await leaky.ask('a', 'descriptors');

    await secret.close();
    expect(descriptors).toMatchObject({ 3: expect.stringMatching(/^socket:/), 60: '/dev/null' });
    expect(JSON.stringify(descriptors)).not.toContain('hostname');
  });
});

/** What a sandbox could leave on the host: mounts, temporary files and descriptors of its launcher. */
async function traces(harness: Harness): Promise<unknown> {
  const [mounts, files, descriptors] = await Promise.all([
    readFile('/proc/self/mounts', 'utf8'),
    readdir(harness.temporaryFolder),
    readdir(`/proc/${harness.process.pid}/fd`),
  ]);
  return { mounts: mounts.split('\n').length, files, descriptors: descriptors.length };
}

function childrenOfHarness({ process: { pid } }: Harness): Promise<string> {
  return readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
}

function pidsOf(value: unknown): readonly number[] {
  return value as readonly number[];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('Not within 5 s');
    await delay(5);
  }
}
