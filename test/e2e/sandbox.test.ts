import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'x.ts': 'console.log("x")', '.irisrc': '' });
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

describe('iris sandbox', () => {
  test('ls lists the sandboxes of the runs so far', async () => {
    await space.iris(['run', 'x.ts']);
    await space.iris(['run', '--sandbox', 'second', 'x.ts']);

    const rows = JSON.parse(String((await space.iris(['sandbox', 'ls', '--json'])).stdout));
    const table = String((await space.iris(['sandbox', 'ls'])).stdout);

    expect(rows.map((row: { name: string }) => row.name).toSorted()).toEqual(['default', 'second']);
    expect(rows[0]).toMatchObject({ provider: 'embedded', project: space.dir, state: 'running' });
    expect(rows[0].memoryBytes).toBeGreaterThan(1_000_000);
    expect(rows[0].timeLeftMs).toBeGreaterThan(60_000);
    expect(table.split('\n')[0]).toMatch(
      /ID .*NAME .*PROVIDER .*PROJECT .*STATE .*ISOLATION .*AGE .*TIME LEFT .*MEMORY/,
    );
    expect(table).toContain('second');
  });

  test('info shows one by name or id, and what its limits hold for', async () => {
    await space.iris(['run', '--sandbox', 'shown', 'x.ts']);

    const shown = String((await space.iris(['sandbox', 'info', 'shown'])).stdout);
    const id = /^id +(\S+)$/m.exec(shown)?.[1] ?? '';
    const json = JSON.parse(String((await space.iris(['sandbox', 'info', id, '--json'])).stdout));
    const wrong = await space.iris(['sandbox', 'info', 'shwon']);

    expect(shown).toMatch(/^memory limit +(?:cgroup|per process)$/m);
    expect(shown).toMatch(/^disk limit +\S/m);
    expect(json).toMatchObject({ id, name: 'shown', project: space.dir });
    expect([wrong.exitCode, wrong.stderr]).toEqual([69, expect.stringContaining('Did you mean shown?')]);
  });

  test('close ends one by name, and closing it again is no error', async () => {
    await space.iris(['run', '--sandbox', 'gone', 'x.ts']);

    const first = await space.iris(['sandbox', 'close', 'gone']);
    const second = await space.iris(['sandbox', 'close', 'gone']);

    expect(first.stdout).toMatch(/^closed gone \(/);
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(second.stderr).toContain('gone is not there');
    expect((await space.iris(['run', '--sandbox', 'gone', 'x.ts'])).stdout).toBe('x\n');
  });

  test('close --all ends every one', async () => {
    await space.iris(['run', 'x.ts']);

    await space.iris(['sandbox', 'close', '--all']);

    expect((await space.iris(['sandbox', 'ls', '--json'])).stdout).toBe('[]\n');
  });

  test('close without a name says what to give', async () => {
    const result = await space.iris(['sandbox', 'close']);

    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('--all');
  });

  test('doctor tries every part and is content', async () => {
    const result = await space.iris(['doctor', '--json']);

    const report = JSON.parse(String(result.stdout));
    expect(report.ok).toBe(true);
    expect(result.exitCode).toBe(0);
    expect(new Set(report.checks.map((check: { name: string }) => check.name))).toEqual(
      new Set(['daemon', 'node', 'config', 'provider', 'isolation', 'limits', 'host', 'store']),
    );
  });

  test('ends a sandbox when it was idle for its time, however long its run might have taken', async () => {
    await space.write({ '.irisrc': 'sandboxTimeout: 1s\n' });
    await space.iris(['run', '--sandbox', 'short', 'x.ts']);

    await until('the sandbox to end', async () => {
      const rows = JSON.parse(String((await space.iris(['sandbox', 'ls', '--json'])).stdout));
      return !rows.some((row: { name: string }) => row.name === 'short');
    });
    await space.write({ '.irisrc': '' });
  });
});
