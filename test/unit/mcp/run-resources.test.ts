import { describe, expect, test } from 'vitest';
import { IrisError } from '../../../src/core/errors.ts';
import { RunResources } from '../../../src/mcp/resources/run-resources.ts';
import { aBackend } from './a-backend.ts';
import { aRun } from './a-run.ts';

const { signal } = new AbortController();

describe('RunResources', () => {
  test('reads the newest runs and one run by the tools for that', async () => {
    const backend = aBackend();
    const runs = new RunResources(backend);

    expect([await runs.newest(signal), await runs.get('run_1%20a', signal)]).toEqual([
      { ok: true },
      { ok: true },
    ]);
    expect(backend.asked).toEqual([
      { tool: 'run_list', input: {} },
      { tool: 'run_get', input: { id: 'run_1 a' } },
    ]);
  });

  test.each(['%', 'r'.repeat(201)])('knows without asking that there is no run "%s"', async (id) => {
    const backend = aBackend();

    await expect(new RunResources(backend).get(id, signal)).rejects.toMatchObject({ code: 'IRIS_NOT_FOUND' });
    expect(backend.asked).toEqual([]);
  });

  test('tells where the ids are of a run that is not there', async () => {
    const failure = new IrisError('IRIS_NOT_FOUND', 'none', { hint: 'other' });
    const runs = new RunResources(aBackend({ callTool: () => Promise.reject(failure) }));

    await expect(runs.get('run_1', signal)).rejects.toMatchObject({
      message: 'There is no run run_1',
      hint: expect.stringContaining('iris://runs'),
    });
  });

  test('hands on what else a tool fails with', async () => {
    const failure = new IrisError('IRIS_UNAVAILABLE', 'The database is gone');
    const runs = new RunResources(aBackend({ callTool: () => Promise.reject(failure) }));

    await expect(runs.get('run_1', signal)).rejects.toBe(failure);
    await expect(runs.newest(signal)).rejects.toBe(failure);
  });

  test('finds ids by how they begin, in the order of the list', async () => {
    const listed = { runs: ['run_22', 'run_21', 'run_10'].map(aRun), nextCursor: null };
    const runs = new RunResources(aBackend({ callTool: () => Promise.resolve(listed) }));

    expect(await runs.idsFrom('run_2', signal)).toEqual(['run_22', 'run_21']);
    expect(await runs.idsFrom('', signal)).toHaveLength(3);
  });
});
