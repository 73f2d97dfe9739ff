import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
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

describe('the daemon', () => {
  test('is one, however many first runs start it at once', async () => {
    await using space = await openWorkspace();
    await space.write({ 'pid.ts': 'console.log("ran")' });

    const results = await Promise.all(Array.from({ length: 5 }, () => space.iris(['run', 'pid.ts'])));

    expect(results.map((result) => result.stdout)).toEqual(Array(5).fill('ran\n'));
    await until('one daemon', () => processesOf(space).filter(isDaemon).length === 1);
  });

  test('listens on a socket of its user alone', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    await space.iris(['run', 'x.ts']);

    const { socket } = await statusOf(space);

    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
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

  test('stops on request and takes its sandboxes along', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    await space.iris(['run', 'x.ts']);
    const { pid } = await statusOf(space);

    const stopped = await space.iris(['daemon', 'stop']);

    expect(stopped.stdout).toBe(`stopped (pid ${pid})\n`);
    expect((await statusOf(space)).running).toBe(false);
    await until('no process left', () => processesOf(space).length === 0);
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

  test('writes a log that iris daemon logs prints', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    await space.iris(['run', 'x.ts']);

    expect((await space.iris(['daemon', 'logs'])).stdout).toContain('"event":"daemon.started"');
  });
});
