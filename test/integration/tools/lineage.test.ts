import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineageGet, lineageTrack } from '../../../src/contract/tools/lineage.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

const track = (input: object, projectId = 'test') => db.call(lineageTrack, input, { projectId });
const get = (input: object, projectId = 'test') => db.call(lineageGet, input, { projectId });

describe('lineage', () => {
  test('joins runs by what they hand on, without any id passed', async () => {
    const first = await track({
      name: 'read',
      input: { file: 'report.pdf, page 1' },
      output: { text: 'what it says' },
    });
    const second = await track({
      name: 'sum up',
      input: { text: 'what it says' },
      output: { summary: 'what matters' },
    });
    const third = await track({ name: 'send', input: { summary: 'what matters' } });

    expect(second.linked).toEqual([first.id]);
    expect(third.linked).toEqual([second.id]);
    const up = await get({ id: 'send', direction: 'upstream' });
    expect(
      up.nodes
        .filter(({ kind }) => kind === 'activity')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['read', 'send', 'sum up']);
    const down = await get({ id: first.id, direction: 'downstream' });
    expect(down.nodes.map(({ name }) => name)).toContain('send');
    expect(await get({ id: 'send', depth: 2, direction: 'upstream' })).toMatchObject({ truncated: false });
  });

  test('is told once for one id, and not with other content', async () => {
    const run = { id: 'a:mine', name: 'once', input: 'the same as before' };

    expect(await track(run)).toMatchObject({ id: 'a:mine', duplicate: false });
    expect(await track(run)).toMatchObject({ id: 'a:mine', duplicate: true });
    await expect(track({ ...run, input: 'something different' })).rejects.toMatchObject({
      code: 'IRIS_CONFLICT',
    });
  });

  test('follows parents and references, and refuses those that are not there', async () => {
    const parent = await track({ name: 'plan' });
    const child = await track({
      name: 'do',
      parentId: parent.id,
      output: { consensusId: 'c9' },
      agentId: 'bob',
    });

    const { nodes, edges } = await get({ id: child.id });
    expect(nodes.map(({ id }) => id)).toEqual(
      expect.arrayContaining([parent.id, 'consensus:c9', 'agent:bob']),
    );
    expect(edges.map(({ rel }) => rel).toSorted()).toContain('informed');
    await expect(track({ name: 'x', parentId: 'a:nobody' })).rejects.toMatchObject({
      code: 'IRIS_NOT_FOUND',
    });
    await expect(get({ id: 'nothing' })).rejects.toMatchObject({ code: 'IRIS_NOT_FOUND' });
  });

  test('takes a content that comes back for the circle that it is', async () => {
    await track({ name: 'loop', input: 'round and round', output: 'round and round' });

    const { cycles, text } = await get({ id: 'loop', format: 'mermaid' });
    expect(cycles).toHaveLength(1);
    expect(text).toMatch(/^flowchart LR\n/);
  });

  test('fills in a content that was kept by its hash alone', async () => {
    const output = 'kept by its hash first';
    const first = await track({ name: 'hashed', output, store: 'hash' });
    await track({ name: 'full', input: output });

    const { nodes } = await get({ id: first.id, depth: 1, direction: 'downstream' });
    expect(nodes.find(({ kind }) => kind === 'entity')).toMatchObject({ data: output });
  });

  test('shows what was there at a moment', async () => {
    const { id } = await track({ name: 'then', input: 'some old content' });

    const before = await get({ id, at: '2020-01-01T00:00:00Z' });
    expect(before.nodes).toEqual([]);
  });

  test('stays in its project', async () => {
    await track({ name: 'ours', output: 'a shared content' }, 'one');
    const theirs = await track({ name: 'theirs', input: 'a shared content' }, 'two');

    expect(theirs.linked).toEqual([]);
    await expect(get({ id: 'ours' }, 'two')).rejects.toMatchObject({ code: 'IRIS_NOT_FOUND' });
  });

  test('walks a dense graph with a circle to its end', async () => {
    const layers = 12;
    for (let layer = 0; layer < layers; layer++) {
      for (let one = 0; one < 3; one++) {
        const before = layer === 0 ? layers - 1 : layer - 1;
        const inputs = [0, 1, 2].map((other) => ({ name: 'part', value: `content ${before} of ${other}` }));
        await track({ name: `l${layer}-${one}`, inputs, output: `content ${layer} of ${one}` }, 'dense');
      }
    }

    const { nodes, truncated, cycles } = await get(
      { id: 'l0-0', direction: 'upstream', depth: 100 },
      'dense',
    );
    expect(nodes).toHaveLength(layers * 6);
    expect([truncated, cycles.length]).toEqual([false, 1]);
  });
});
