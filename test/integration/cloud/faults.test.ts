import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCloud, type Cloud, type CloudRun, type RunOptions } from '../../support/cloud.ts';
import type { Fault, FaultProxy } from '../../support/fault-proxy.ts';

// Each case ends in success or in one clear error, runs the script at most once, and leaves no sandbox behind but its own.
let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const COUNTING = `import { appendFileSync, readFileSync } from 'node:fs';
  appendFileSync('/home/user/ran', 'x');
  console.log(readFileSync('/home/user/ran', 'utf8'));`;
const CREATE = /POST .*\/sandboxes$/;
const LIST = /GET .*\/sandboxes/;
const WRITE = /POST \/files/;
const START = /Process\/Start/;

let names = 0;

interface Case {
  readonly proxy: FaultProxy;
  readonly sandboxName: string;
  run(script: string, options?: RunOptions): Promise<CloudRun>;
}

/** A process and a network of its own, and a sandbox for it alone. */
async function openCase(): Promise<Case> {
  const sandboxName = `sb${names++}`;
  const { proxy, run } = await cloud.openProcess();
  return { proxy, sandboxName, run: (script, options) => run(script, { sandboxName, ...options }) };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const PASSING: readonly [string, Fault][] = [
  ['the connection breaks', { type: 'reset' }],
  ['the answer gets lost', { type: 'reset-after' }],
  ['the host is busy (429)', { type: 'status', status: 429, body: '{"code":429,"message":"slow down"}' }],
  ['the host is busy (503)', { type: 'status', status: 503, body: '{"code":503,"message":"no room"}' }],
  ['something on the way says 502', { type: 'status', status: 502 }],
  ['something on the way loses the answer (504)', { type: 'status-after', status: 504 }],
  ['the answer comes in small pieces', { type: 'slow' }],
  ['it takes its time', { type: 'delay', delayMs: 300 }],
];

describe.concurrent.each([
  ['the sandboxes are listed', LIST],
  ['the sandbox is created', CREATE],
  ['the script is written', WRITE],
  ['the script is started', START],
])('while %s', (_step, match) => {
  test.each(PASSING)('%s: the script runs once', async (_what, fault) => {
    const { proxy, sandboxName, run } = await openCase();
    proxy.fail(match, fault);

    const first = await run(COUNTING);

    expect(first).toMatchObject({ exitCode: 0, error: undefined });
    expect(await cloud.idsOf(sandboxName)).toHaveLength(1);
    // A script that was over before iris found it has its output on a connection that is gone.
    if (first.stdout !== 'x\n') expect(first.notices.join()).toMatch(/output of that time may be missing/);
    expect((await run(COUNTING)).stdout).toBe('xx\n');
  });
});

describe.concurrent('a script that is sent as it is', () => {
  test.each(PASSING)('%s when it is started: it runs once', async (_what, fault) => {
    const { proxy, sandboxName, run } = await openCase();
    const script = 'printf x >> /home/user/ran; cat /home/user/ran; echo';
    proxy.fail(START, fault);

    const first = await run(script, { ending: '.sh' });

    expect(first).toMatchObject({ exitCode: 0, error: undefined });
    if (first.stdout !== 'x\n') expect(first.notices.join()).toMatch(/output of that time may be missing/);
    expect((await run(script, { ending: '.sh' })).stdout).toBe('xx\n');
    expect(await cloud.idsOf(sandboxName)).toHaveLength(1);
  });

  test('and needs a program that is not there ends with what to do', async () => {
    const { run } = await openCase();

    const { exitCode, notices } = await run('#!/bin/sh\n', { ending: '.py', envs: { PATH: '/nowhere' } });

    expect(exitCode).toBe(127);
    expect(notices).toEqual(['The script needs python3, which this sandbox does not have']);
  });
});

describe.concurrent('a request that nobody answers', () => {
  test.each([
    ['and that arrived', { type: 'silent', isPassedOn: true }],
    ['and that did not arrive', { type: 'silent', isPassedOn: false }],
  ] as const)('when the script is written, %s: the script runs once', async (_what, fault) => {
    const { proxy, run } = await openCase();
    proxy.fail(WRITE, fault);

    expect(await run(COUNTING)).toMatchObject({ stdout: 'x\n', exitCode: 0 });
  });

  test('when the script is started, and it was: iris finds it running', async () => {
    const { proxy, run } = await openCase();
    proxy.fail(START, { type: 'silent', isPassedOn: true });

    const found = await run(`${COUNTING} setTimeout(() => console.log('end'), 4000);`);

    expect(found).toMatchObject({ exitCode: 0, error: undefined });
    expect(found.stdout).toMatch(/end\n$/);
    expect(found.notices.join()).toMatch(/output of that time may be missing/);
  });

  test('when the script is started, and it was not: it is started', async () => {
    const { proxy, run } = await openCase();
    proxy.fail(START, { type: 'silent', isPassedOn: false });

    expect(await run(COUNTING)).toMatchObject({ stdout: 'x\n', exitCode: 0 });
  });
});

describe.concurrent('a start that arrives later than its connection broke', () => {
  test.each([50, 500, 3_000])('by %i ms runs the script once', async (delayMs) => {
    const { proxy, run } = await openCase();
    proxy.fail(START, { type: 'late', delayMs });

    const first = await run(COUNTING);
    await sleep(delayMs);

    expect(first.error ?? first.exitCode).toBe(0);
    expect((await run(COUNTING)).stdout).toBe('xx\n');
  });
});

describe.concurrent('a stream that breaks while the script runs', () => {
  const COUNTDOWN = `
    for (let i = 0; i < 12; i++) {
      console.log('line', i);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    process.exitCode = 7;`;

  test.each([
    ['by a reset', { type: 'cut', afterBytes: 90 }],
    ['by silence', { type: 'freeze', afterBytes: 90 }],
  ] as const)('%s is taken up again, in order, and iris says what may be missing', async (_what, fault) => {
    const { proxy, run } = await openCase();
    proxy.fail(START, fault);

    const taken = await run(COUNTDOWN);

    const numbers = [...taken.stdout.matchAll(/^line (\d+)$/gm)].map((match) => Number(match[1]));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((left, right) => left - right));
    expect(taken).toMatchObject({ exitCode: 7, error: undefined });
    expect(taken.notices.join()).toMatch(/was lost for .*; output of that time may be missing/);
  });

  test('again and again is taken up each time', async () => {
    const { proxy, run } = await openCase();
    proxy.fail(START, { type: 'cut', afterBytes: 60 });
    proxy.fail(/Process\/Connect/, { type: 'cut', afterBytes: 40 }, 5);

    expect(await run(COUNTDOWN)).toMatchObject({ exitCode: 7, error: undefined });
  });

  test('and cannot be taken up is one clear error, and the script is not started again', async () => {
    const { proxy, run } = await openCase();
    await run(COUNTING);
    proxy.fail(START, { type: 'cut', afterBytes: 60 });
    proxy.fail(/Process\/Connect/, { type: 'reset' }, 100);

    const lost = await run(`${COUNTING} ${COUNTDOWN}`);
    proxy.clear();

    expect(lost.error).toMatchObject({ code: 'SANDBOX_LOST' });
    expect(lost.error?.message).toMatch(/did not come back within 4s/);
    expect((await run(COUNTING)).stdout).toBe('xxx\n');
  });

  test('is given up at once when nobody waits for it any more', async () => {
    const { proxy, run } = await openCase();
    const abort = new AbortController();
    proxy.fail(START, { type: 'cut', afterBytes: 60 });
    proxy.fail(/Process\/Connect/, { type: 'reset' }, 100);
    setTimeout(() => abort.abort(), 1_500);

    const startedAt = performance.now();
    const cancelled = await run(COUNTDOWN, { signal: abort.signal });

    expect(cancelled.error).toMatchObject({ code: 'CANCELLED' });
    expect(performance.now() - startedAt).toBeLessThan(3_500);
  });
});

describe.concurrent('a sandbox that ends', () => {
  test.each([
    ['before the script is written', WRITE],
    ['before the script is started', START],
  ])('%s, in a run that came back to it, is replaced', async (_when, match) => {
    const { proxy, run, sandboxName } = await openCase();
    await run('console.log("warm")');
    proxy.fail(match, { type: 'delay', delayMs: 0, before: () => cloud.kill(sandboxName) });

    expect(await run(COUNTING)).toMatchObject({ stdout: 'x\n', exitCode: 0, error: undefined });
  });

  test('while the script runs is one clear error at once, and the script is not started again', async () => {
    const { proxy, run, sandboxName } = await openCase();
    const running = run(`console.log('on'); await new Promise((resolve) => setTimeout(resolve, 30_000));`);
    await expect.poll(() => proxy.requests.join(), { timeout: 10_000 }).toMatch(START);
    await sleep(300);
    await cloud.kill(sandboxName);
    const lost = await running;

    expect(lost.error).toMatchObject({ code: 'SANDBOX_LOST' });
    expect(lost.error?.message).toMatch(/ended while it was in use/);
    expect(lost.notices).toEqual([]);
    expect(proxy.requests.filter((line) => START.test(line))).toHaveLength(1);
  });

  test('and was remembered on the disk is replaced by the next process', async () => {
    const { run, sandboxName } = await openCase();
    await run(COUNTING);
    await cloud.kill(sandboxName);

    const later = await cloud.openProcess();

    expect(await later.run(COUNTING, { sandboxName })).toMatchObject({ stdout: 'x\n', exitCode: 0 });
  });
});

describe.concurrent('a sandbox that is there, but not as it was', () => {
  test('whose token has changed is reached again with the new one, and keeps its files', async () => {
    const { proxy, run } = await openCase();
    await run(COUNTING);
    proxy.fail(START, { type: 'status', status: 401, body: '{"code":401,"message":"unauthenticated"}' });

    expect(await run(COUNTING)).toMatchObject({ stdout: 'xx\n', exitCode: 0, error: undefined });
  });

  test('that somebody paused is resumed with its files', async () => {
    const { run, sandboxName } = await openCase();
    await run(COUNTING);
    await cloud.pause(sandboxName);

    expect(await run(COUNTING)).toMatchObject({ stdout: 'xx\n', exitCode: 0, error: undefined });
  });

  test('that is refused the time is asked for as much as it grants', async () => {
    const { proxy, run } = await openCase();
    const refusal = '{"code":400,"message":"Timeout cannot be greater than 1 hours"}';
    proxy.fail(CREATE, { type: 'status', status: 400, body: refusal });

    expect(await run(COUNTING, { timeoutMs: 0 })).toMatchObject({ stdout: 'x\n', exitCode: 0 });
  });
});

test('input that breaks off ends the script with one clear error', async () => {
  const { proxy, run } = await openCase();
  proxy.fail(/Process\/SendInput/, { type: 'reset-after' });
  const stdin = (async function* () {
    yield Buffer.from('first\n');
    await sleep(10_000);
  })();

  const broken = await run(`for await (const chunk of process.stdin) console.log(String(chunk));`, { stdin });

  expect(broken.error).toMatchObject({ code: 'SANDBOX_LOST' });
  expect(broken.error?.message).toMatch(/while the script read its input/);
});
