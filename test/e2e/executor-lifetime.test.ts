import { readdirSync } from 'node:fs';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { ExecutionEvent } from '../../src/library/index.ts';
import { builtLibrary, EXECUTOR_FILE, openExecutorSpace } from '../support/executor.ts';
import { descendants } from '../support/descendants.ts';
import { openRealHost } from '../support/real-host.ts';
import { until } from '../support/until.ts';

test('stream() gives what happens as it happens, the result last', async () => {
  await using space = await openExecutorSpace();
  const code = 'process.stdout.write(Buffer.from([1, 255])); process.exitCode = 3;';

  const events: ExecutionEvent[] = [];
  for await (const event of space.executor.stream(code)) events.push(event);

  const bytes = events.flatMap((event) => (event.type === 'stdout' ? [event.data] : []));
  expect(Buffer.concat(bytes)).toEqual(Buffer.from([1, 255]));
  expect(events.at(-1)).toMatchObject({ type: 'finished', result: { exitCode: 3, success: false } });
  expect(events[0]).toEqual({ type: 'phase', text: 'Preparing a sandbox' });
});

test('leaving the loop of stream() ends the script', async () => {
  await using space = await openExecutorSpace();
  const isAlive = (pid: number): string =>
    `try { process.kill(${pid}, 0); console.log(true) } catch { console.log(false) }`;
  let pid = 0;

  for await (const event of space.executor.stream('console.log(process.pid); setInterval(() => 0, 1000);')) {
    if (event.type !== 'stdout') continue;
    pid = Number(String(event.data));
    expect((await space.executor.executeCode(isAlive(pid))).output).toBe('true\n');
    break;
  }

  expect(pid).toBeGreaterThan(0);
  await until('the script to end', async () => {
    return (await space.executor.executeCode(isAlive(pid))).output === 'false\n' || undefined;
  });
});

test('a slow reader of stream() slows the script down', async () => {
  await using space = await openExecutorSpace();
  const flood = `for (let i = 0; i < 200; i++) {
      if (!process.stdout.write(Buffer.alloc(1_000_000))) await new Promise((next) => process.stdout.once('drain', next));
    }`;
  const before = process.memoryUsage().rss;
  let bytes = 0;
  let most = 0;

  for await (const event of space.executor.stream(flood)) {
    if (event.type !== 'stdout') continue;
    if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 1000));
    bytes += event.data.length;
    most = Math.max(most, process.memoryUsage().rss);
  }

  expect(bytes).toBe(200_000_000);
  expect(most - before).toBeLessThan(150_000_000);
});

test('close() ends scripts, sandboxes and processes; what waited throws CANCELLED, what comes later IRIS_CLOSED', async () => {
  const before = descendants(process.pid);
  await using space = await openExecutorSpace();
  const { executor } = space;
  await executor.executeCode("import { iris } from 'iris-prime'; await iris.logEvent('x', {});");
  const suspended = executor.stream('console.log(1); setInterval(() => 0, 1000);');
  while ((await suspended.next()).value?.type !== 'stdout');
  const waiting = executor.executeCode('await new Promise((next) => setTimeout(next, 60_000))', {
    session: 'b',
  });
  const cancelled = expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  await until('both to run', async () => ((await executor.sandboxes()).length === 2 ? true : undefined));

  await executor.close();

  await cancelled;
  await expect(suspended.next()).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(executor.executeCode('1')).rejects.toMatchObject({ code: 'IRIS_CLOSED' });
  // esbuild is told to end, and nobody waits until it has.
  await until('every process to end', () =>
    descendants(process.pid).every((pid) => before.includes(pid)) ? true : undefined,
  );
  expect(readdirSync(`${space.stateDir}/sandboxes`)).toEqual([]);
});

test('close() ends the sandboxes that it made in the cloud', async () => {
  // Stands in for E2B's cloud: the same protocol over TCP, with a key.
  await using host = await openRealHost();
  await using space = await openExecutorSpace();
  const cloud = { E2B_API_KEY: host.apiKey, E2B_API_URL: host.url, E2B_SANDBOX_URL: host.url };
  const { IrisCodeExecutor } = await builtLibrary();

  {
    await using executor = new IrisCodeExecutor({ cwd: space.dir, env: { ...space.env, ...cloud } });
    const result = await executor.executeCode('console.log("far")');
    expect([result.output, result.metadata.provider]).toEqual(['far\n', 'e2b']);
    expect(host.liveCount).toBe(1);
  }

  expect(host.liveCount).toBe(0);
});

test('getExecutor() is one for the process, and a program that closes it ends by itself', async () => {
  await using space = await openExecutorSpace();
  await space.write({
    'program.mjs': `import { getExecutor } from ${JSON.stringify(EXECUTOR_FILE)};
      const executor = getExecutor({ maxCodeBytes: 1000 });
      console.log(getExecutor() === executor, getExecutor({ maxCodeBytes: 1000 }) === executor);
      try { getExecutor({ maxCodeBytes: 1 }) } catch (error) { console.log(error.code) }
      console.log((await executor.executeCode('console.log("hello")')).output.trim());
      await executor.close();
      console.log(getExecutor() === executor);`,
  });

  const { stdout, exitCode } = await execa(process.execPath, ['program.mjs'], {
    cwd: space.dir,
    env: space.env,
    extendEnv: false,
    timeout: 20_000,
  });

  expect([stdout, exitCode]).toEqual(['true true\nIRIS_CONFLICT\nhello\nfalse', 0]);
});

test('importing the library loads nothing heavy', async () => {
  const program = `import(${JSON.stringify(EXECUTOR_FILE)}).then(() =>
    console.log(process.moduleLoadList.filter((name) => /undici|NativeModule (?:http|https|http2|tls)$/.test(name))))`;

  const { stdout } = await execa(process.execPath, ['-e', program], { env: { NODE_OPTIONS: '' } });

  expect(stdout).toBe('[]');
});
