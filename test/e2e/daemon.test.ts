import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

async function statusOf(
  space: Workspace,
): Promise<{ running: boolean; pid: number; sandboxes: number; socket: string }> {
  return JSON.parse(String((await space.iris(['daemon', 'status', '--json'])).stdout));
}

/** The processes that a workspace's daemon is, or started, outside of sandboxes. */
function processesOf(space: Workspace): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => belongsTo(pid, space));
}

function belongsTo(pid: string, space: Workspace): boolean {
  try {
    const environ = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return environ.includes(space.stateDir);
  } catch {
    return false;
  }
}

function isDaemon(pid: string): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('daemon/main.js');
}

/** This build under another name; returns its program. */
async function copyOfAnotherBuild(space: Workspace): Promise<string> {
  const root = join(space.temp, 'other');
  await mkdir(root);
  for (const name of ['bin', 'dist', 'package.json']) cpSync(name, join(root, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const build = readFileSync('dist/build.txt', 'utf8');
  const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });
  for (const name of files.filter((file) => /\.c?js$/.test(file))) {
    const file = join(root, 'dist', name);
    // It does not know one of the questions of this build, either.
    const text = readFileSync(file, 'utf8')
      .replaceAll(build, 'another')
      .replaceAll('sandbox.list', 'sandbox.rows');
    writeFileSync(file, text);
  }
  return join(root, 'bin/iris.cjs');
}

describe('the daemon', () => {
  test('is one, however many first runs start it at once', async () => {
    await using space = await openWorkspace();
    await space.write({ 'pid.ts': 'console.log("ran")' });

    const results = await Promise.all(Array.from({ length: 5 }, () => space.iris(['run', 'pid.ts'])));

    expect(results.map((result) => result.stdout)).toEqual(Array(5).fill('ran\n'));
    await until('one daemon', () => processesOf(space).filter(isDaemon).length === 1);
  });

  test('listens on a socket of its user alone, writes a log, and takes its sandboxes along when it is told to stop', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    await space.iris(['run', 'x.ts']);

    const { socket, pid } = await statusOf(space);

    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
    expect((await space.iris(['daemon', 'logs'])).stdout).toContain('"event":"daemon.started"');

    const stopped = await space.iris(['daemon', 'stop']);

    expect(stopped.stdout).toBe(`stopped (pid ${pid})\n`);
    expect((await statusOf(space)).running).toBe(false);
    await until('no process left', () => processesOf(space).length === 0);
  });

  test('that was killed does not hinder the next run', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': 'console.log("ok")' });
    await space.iris(['run', 'x.ts']);
    const { pid } = await statusOf(space);

    process.kill(pid, 'SIGKILL');
    const next = await space.iris(['run', 'x.ts']);

    expect(next.stdout).toBe('ok\n');
    expect((await statusOf(space)).pid).not.toBe(pid);
  });

  test('that is killed in the middle of a run ends that run with one clear error', async () => {
    await using space = await openWorkspace();
    await space.write({ 'long.ts': 'console.log("on"); setInterval(() => {}, 1000);' });

    const running = space.iris(['run', 'long.ts']);
    running.stdout?.once('data', () => void statusOf(space).then(({ pid }) => process.kill(pid, 'SIGKILL')));
    const result = await running;

    expect(result.exitCode).toBe(69);
    expect(result.stderr).toContain('The iris daemon ended before the work was done');
  });

  test('leaves by itself when it is idle', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '', '.irisrc': 'daemon:\n  idle: 1s\n' });
    await space.iris(['run', '--new', '--rm', 'x.ts']);
    const { pid } = await statusOf(space);

    await until(
      'the daemon to leave',
      () => {
        try {
          process.kill(pid, 0);
          return false;
        } catch {
          return true;
        }
      },
      20_000,
    );
  });

  test('leaves when its folder was deleted, for nobody finds it any more', async () => {
    await using space = await openWorkspace();
    await space.write({ 'a.ts': "console.log('hi')" });
    await space.iris(['run', 'a.ts']);
    const { pid } = await statusOf(space);

    rmSync(space.stateDir, { recursive: true, force: true });
    await until('its end', () => !existsSync(`/proc/${pid}`));

    expect((await space.iris(['run', 'a.ts'])).stdout).toBe('hi\n');
  });

  test('that cannot start says why at once', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    await mkdir(space.stateDir, { recursive: true });
    await writeFile(join(space.stateDir, 'run'), 'no folder');

    const result = await space.iris(['run', 'x.ts']);

    expect(result.exitCode).toBe(69);
    expect(result.stderr).toMatch(/iris: The iris daemon could not start: .*run/);
    expect(result.durationMs).toBeLessThan(10_000);
  });

  test('leaves nothing in the folder for temporary files where its socket had to lie', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    const runtime = join(space.temp, 'rt');
    await mkdir(runtime);
    const env = {
      ...space.env,
      XDG_RUNTIME_DIR: runtime,
      IRIS_STATE_DIR: join(space.stateDir, 'x'.repeat(100)),
    };
    await space.iris(['run', 'x.ts'], { env });
    expect(readdirSync(runtime)).toHaveLength(1);

    await space.iris(['daemon', 'stop', '--json'], { env });

    expect(readdirSync(runtime)).toEqual([]);
  });

  test('of another build is replaced, and signals reach the script in the new one', async () => {
    await using space = await openWorkspace();
    await space.write({
      'x.ts': '',
      'trap.ts':
        'process.on("SIGINT", () => process.exit(7)); console.log("on"); setInterval(() => {}, 1000);',
    });
    const other = await copyOfAnotherBuild(space);
    await execa(process.execPath, [other, 'run', 'x.ts'], {
      cwd: space.dir,
      env: space.env,
      extendEnv: false,
    });
    const { pid } = await statusOf(space);

    const running = space.iris(['run', 'trap.ts']);
    running.stdout?.once('data', () => running.kill('SIGINT'));
    const result = await running;

    expect([result.exitCode, result.stdout]).toEqual([7, 'on\n']);
    expect((await statusOf(space)).pid).not.toBe(pid);
  });

  test('of another build is replaced when it does not know what is asked', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    const other = await copyOfAnotherBuild(space);
    await execa(process.execPath, [other, 'run', 'x.ts'], {
      cwd: space.dir,
      env: space.env,
      extendEnv: false,
    });

    const listed = await space.iris(['sandbox', 'ls', '--json']);

    expect([listed.exitCode, listed.stdout]).toEqual([0, '[]\n']);
  });
});
