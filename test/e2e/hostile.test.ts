import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { execaSync } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({
    'ok.ts': 'console.log("ok")',
    '.irisrc':
      'limits:\n  memory: 1GB\n  homeSize: 64MB\n  tmpSize: 32MB\n  fileSize: 32MB\n  processes: 128\n',
  });
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

/** Runs a hostile script and reads the JSON line that it prints. */
async function attempt(script: string, env: Record<string, string> = {}): Promise<unknown> {
  await space.write({ 'hostile.ts': script });
  const result = await space.iris(['run', '--timeout', '30s', 'hostile.ts'], {
    env: { ...space.env, ...env },
  });
  const last = String(result.stdout).trim().split('\n').at(-1) ?? '';
  return last === '' ? { exitCode: result.exitCode, stderr: String(result.stderr) } : JSON.parse(last);
}

const TRY = `const attempt = async (work: () => unknown): Promise<string> => {
  try { return 'done ' + String(await work()).slice(0, 40); }
  catch (error) { return 'refused ' + ((error as { code?: string }).code ?? (error as Error).message); }
};\n`;

describe('a hostile script', () => {
  // Whatever it did, the next run works.
  afterEach(async () => {
    const next = await space.iris(['run', 'ok.ts']);
    expect([next.stdout, next.exitCode]).toEqual(['ok\n', 0]);
  });

  test('reads no file and no variable of the host', async () => {
    await space.write({ 'secret.txt': 'host secret' });

    const found = await attempt(
      `import { readFileSync, readdirSync } from 'node:fs';
      const read = (file: string) => attempt(() => readFileSync(file, 'utf8'));
      ${TRY}
      console.log(JSON.stringify({
        shadow: await read('/etc/shadow'), secret: await read(${JSON.stringify(`${space.dir}/secret.txt`)}),
        state: await read(${JSON.stringify(space.stateDir)}), root: await attempt(() => readdirSync('/root')),
        pid1: await read('/proc/1/environ'), env: JSON.stringify(process.env),
      }));`,
      { HUNTER: 'hunter2', E2B_FAKE: 'hunter2', IRIS_FAKE: 'hunter2' },
    );

    expect(found).toMatchObject({
      shadow: expect.stringMatching(/^refused (ENOENT|EACCES)/),
      secret: 'refused ENOENT',
      state: 'refused ENOENT',
      root: expect.stringMatching(/^refused (ENOENT|EACCES)/),
    });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  test('writes nowhere but to its home and /tmp', async () => {
    const found = await attempt(
      `import { writeFileSync } from 'node:fs';
      ${TRY}
      const results: Record<string, string> = {};
      for (const dir of ['/', '/usr', '/etc', '/dev', '/opt/iris', '/run', '/proc/sys/kernel', '/tmp', '/home/user']) {
        results[dir] = (await attempt(() => writeFileSync(dir + '/planted', 'x'))).split(' ')[0] ?? '';
      }
      console.log(JSON.stringify(results));`,
    );

    expect(found).toEqual({
      '/': 'refused',
      '/usr': 'refused',
      '/etc': 'refused',
      '/dev': 'refused',
      '/opt/iris': 'refused',
      '/run': 'refused',
      '/proc/sys/kernel': 'refused',
      '/tmp': 'done',
      '/home/user': 'done',
    });
  });

  test('reaches neither the host nor the network', async () => {
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    try {
      const found = await attempt(
        `import { connect } from 'node:net';
        ${TRY}
        const dial = (port: number, host: string) => attempt(() => new Promise((resolve, reject) => {
          const socket = connect({ port, host, timeout: 3000 });
          socket.on('connect', () => resolve('connected')).on('error', reject).on('timeout', () => reject(new Error('timeout')));
        }));
        console.log(JSON.stringify([await dial(${port}, '127.0.0.1'), await dial(53, '1.1.1.1'), await dial(80, 'example.com')]));
        process.exit(0);`,
      );

      expect(found).toEqual([
        'refused ECONNREFUSED',
        'refused ENETUNREACH',
        expect.stringMatching(/^refused (EAI_AGAIN|ENOTFOUND)/),
      ]);
    } finally {
      server.close();
    }
  });

  test('neither sees nor signals a process of the host', async () => {
    const found = await attempt(
      `import { readdirSync, readFileSync } from 'node:fs';
      ${TRY}
      const seen = readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map((pid) => readFileSync('/proc/' + pid + '/cmdline', 'latin1'));
      console.log(JSON.stringify({ kill: await attempt(() => process.kill(${process.pid}, 0)), sees: seen.some((line) => line.includes('vitest')) }));`,
    );

    expect(found).toMatchObject({ kill: 'refused ESRCH', sees: false });
  });

  test('cannot take more memory than its limit', async () => {
    const result = await attempt(
      'const hoard: Buffer[] = []; for (let i = 0; i < 64; i++) hoard.push(Buffer.alloc(64 * 1024 * 1024, 1));',
    );

    expect(result).toMatchObject({ exitCode: expect.any(Number), stderr: expect.stringMatching(/memory/i) });
    expect(result).not.toMatchObject({ exitCode: 0 });
  });

  test('fills its own disk and not that of the host', async () => {
    const freeBefore = statfsSync('/').bavail;

    const found = await attempt(
      `import { writeFileSync, rmSync } from 'node:fs';
      ${TRY}
      const block = Buffer.alloc(8 * 1024 * 1024, 1);
      const results = [];
      for (const dir of ['/home/user', '/tmp']) results.push(await attempt(() => { for (let i = 0; i < 64; i++) writeFileSync(dir + '/fill' + i, block); }));
      for (const dir of ['/home/user', '/tmp']) for (let i = 0; i < 64; i++) rmSync(dir + '/fill' + i, { force: true });
      console.log(JSON.stringify(results));`,
    );

    expect(found).toEqual(['refused ENOSPC', 'refused ENOSPC']);
    expect(freeBefore - statfsSync('/').bavail).toBeLessThan(100_000);
  });

  test('that is a fork bomb stays within its sandbox', async () => {
    await space.write({
      'bomb.ts': `import { spawn } from 'node:child_process';
        spawn('sh', ['-c', 'f() { f | f & }; f; sleep 2'], { stdio: 'ignore' }).on('error', () => {});
        await new Promise((next) => setTimeout(next, 1500));`,
    });

    const running = space.iris(['run', '--sandbox', 'bomb', '--timeout', '5s', 'bomb.ts']);
    await until('the bomb to go off', () => readdirSync('/proc').length > 0);
    execaSync('true');
    await running;
    await space.iris(['sandbox', 'close', 'bomb']);

    await until('its processes to be gone', () => !someProcess((line) => line.includes('f | f & ')));
  });

  test('that leaves a daemon behind loses it with the sandbox', async () => {
    await space.write({
      'detach.ts': `import { spawn } from 'node:child_process';
        spawn('sh', ['-c', 'trap "" TERM HUP INT; while :; do sleep 1; : iris-survivor; done'], { detached: true, stdio: 'ignore' }).unref();`,
    });

    expect((await space.iris(['run', '--sandbox', 'detach', 'detach.ts'])).exitCode).toBe(0);
    expect(someProcess((line) => line.includes('iris-survivor'))).toBe(true);
    await space.iris(['sandbox', 'close', 'detach']);

    await until('the survivor to be gone', () => !someProcess((line) => line.includes('iris-survivor')));
  });
});

function someProcess(matches: (commandLine: string) => boolean): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return matches(readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' '));
    } catch {
      return false;
    }
  });
}
