import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  promptDelete,
  promptDiff,
  promptGet,
  promptLabel,
  promptList,
  promptSave,
} from '../../../src/contract/tools/prompts.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

describe('versions', () => {
  test('count up, and what equals the newest makes no new one', async () => {
    const save = async (template: string) => {
      const { version, created } = await db.call(promptSave, { name: 'aaba', template });
      return [version, created];
    };

    expect(await save('A')).toEqual([1, true]);
    expect(await save('A')).toEqual([1, false]);
    expect(await save('B')).toEqual([2, true]);
    expect(await save('A')).toEqual([3, true]);
  });

  test('never share a number, however many are saved at once', async () => {
    const saved = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        db.call(promptSave, { name: 'race', template: `text ${index}` }),
      ),
    );

    expect(saved.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  test('carry everything that they were saved with', async () => {
    const saved = await db.call(
      promptSave,
      {
        name: 'team/review',
        template: 'Review {language}',
        variables: ['language'],
        metadata: { why: 'first' },
        config: { model: 'm', temperature: 0.2 },
        tags: ['code'],
        labels: ['staging'],
        message: 'begin',
      },
      { caller: { agentId: 'writer' } },
    );

    expect(saved).toMatchObject({
      version: 1,
      created: true,
      type: 'text',
      format: 'fstring',
      variables: ['language'],
      config: { model: 'm', temperature: 0.2 },
      labels: ['latest', 'staging'],
      tags: ['code'],
      message: 'begin',
      createdBy: 'writer',
      metadata: { why: 'first' },
      warnings: [],
    });
    expect(saved.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(saved.createdAt).toMatch(/Z$/);
  });

  test('are only made from the version that was expected', async () => {
    await db.call(promptSave, { name: 'careful', template: 'A', expectedVersion: 0 });

    const stale = db.call(promptSave, { name: 'careful', template: 'B', expectedVersion: 0 });

    await expect(stale).rejects.toMatchObject({ code: 'IRIS_CONFLICT', details: { newestVersion: 1 } });
    expect(await db.call(promptSave, { name: 'careful', template: 'B', expectedVersion: 1 })).toMatchObject({
      version: 2,
    });
  });

  test('keep the type of the first', async () => {
    await db.call(promptSave, { name: 'typed', template: 'A' });

    const chat = db.call(promptSave, { name: 'typed', template: [{ role: 'user', content: 'A' }] });

    await expect(chat).rejects.toMatchObject({ code: 'IRIS_CONFLICT' });
  });

  test('are saved once for an idempotencyKey', async () => {
    const first = await db.call(promptSave, { name: 'once', template: 'A', idempotencyKey: 'k1' });
    await db.call(promptSave, { name: 'once', template: 'B' });
    const again = await db.call(
      promptSave,
      { name: 'once', template: 'A', idempotencyKey: 'k1' },
      { caller: { sessionId: 'another' } },
    );
    const other = db.call(promptSave, { name: 'once', template: 'C', idempotencyKey: 'k1' });

    expect(first).toMatchObject({ version: 1, duplicate: false });
    expect(again).toMatchObject({ version: 1, duplicate: true });
    await expect(other).rejects.toMatchObject({ code: 'IRIS_CONFLICT' });
  });
});

describe('labels', () => {
  test('choose what is read: production first, else the newest', async () => {
    await db.call(promptSave, { name: 'labelled', template: 'one' });
    await db.call(promptSave, { name: 'labelled', template: 'two' });
    const version = async (input: object): Promise<number> =>
      (await db.call(promptGet, { name: 'labelled', ...input })).version;

    expect(await version({})).toBe(2);
    await db.call(promptLabel, { name: 'labelled', label: 'production', version: 1 });
    expect(await version({})).toBe(1);
    expect(await version({ label: 'latest' })).toBe(2);
    expect(await version({ version: 2 })).toBe(2);
    await expect(version({ label: 'absent' })).rejects.toMatchObject({
      code: 'IRIS_NOT_FOUND',
      details: { deleted: false, newestVersion: 2, labels: ['production'] },
    });
    await expect(version({ version: 1, label: 'latest' })).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
    });
  });

  test('point to one version, and moving one back is a rollback that is logged', async () => {
    await db.call(promptSave, { name: 'moved', template: 'one', labels: ['production'] });
    await db.call(promptSave, { name: 'moved', template: 'two', labels: ['production'] });

    const back = await db.call(
      promptLabel,
      { name: 'moved', label: 'production', version: 1, expectedVersion: 2, reason: 'worse' },
      { caller: { agentId: 'boss' } },
    );
    const stale = db.call(promptLabel, {
      name: 'moved',
      label: 'production',
      version: 2,
      expectedVersion: 2,
    });
    await expect(stale).rejects.toMatchObject({ code: 'IRIS_CONFLICT', details: { version: 1 } });
    const { prompts, labelMoves } = await db.call(promptList, { name: 'moved' });

    expect(back).toMatchObject({ version: 1, previousVersion: 2, moved: true });
    expect(prompts.map(({ version, labels }) => [version, labels])).toEqual([
      [2, ['latest']],
      [1, ['production']],
    ]);
    expect(labelMoves).toEqual([
      expect.objectContaining({ from: 2, to: 1, by: 'boss', reason: 'worse' }),
      expect.objectContaining({ from: 1, to: 2 }),
      expect.objectContaining({ from: null, to: 1 }),
    ]);
  });

  test.each([['latest'], ['Production'], ['7'], ['a'.repeat(37)], ['a b']])('cannot be %j', async (label) => {
    await db.call(promptSave, { name: 'badly-labelled', template: 'A' });

    const call = db.call(promptLabel, { name: 'badly-labelled', label, version: 1 });

    await expect(call).rejects.toMatchObject({ code: 'IRIS_INVALID_ARGUMENT' });
  });

  test('cannot point to what is not there', async () => {
    await db.call(promptSave, { name: 'short', template: 'A' });

    const call = db.call(promptLabel, { name: 'short', label: 'production', version: 9 });

    await expect(call).rejects.toMatchObject({ code: 'IRIS_NOT_FOUND' });
  });
});

describe('deleting', () => {
  test('is refused while a label points there, and hides the version for good', async () => {
    await db.call(promptSave, { name: 'gone', template: 'A', labels: ['production'] });

    await expect(db.call(promptDelete, { name: 'gone', version: 1 })).rejects.toMatchObject({
      code: 'IRIS_CONFLICT',
      details: { labels: ['production'] },
    });
    await db.call(promptLabel, { name: 'gone', label: 'production', version: null });
    expect(await db.call(promptDelete, { name: 'gone', version: 1 })).toMatchObject({ deletedVersions: [1] });

    await expect(db.call(promptGet, { name: 'gone' })).rejects.toMatchObject({
      code: 'IRIS_NOT_FOUND',
      details: { deleted: true },
    });
    expect(await db.call(promptSave, { name: 'gone', template: 'A' })).toMatchObject({
      version: 2,
      created: true,
    });
  });
});

describe('rendering', () => {
  test('fills in variables, and fails for missing ones unless told otherwise', async () => {
    await db.call(promptSave, { name: 'greet', template: 'Hi {{name}} from {{place}}' });

    const whole = await db.call(promptGet, { name: 'greet', variables: { name: 'Ann', place: '<x>' } });
    const part = await db.call(promptGet, { name: 'greet', variables: { name: 'Ann' }, strict: false });
    const missing = db.call(promptGet, { name: 'greet', variables: { name: 'Ann' } });

    expect(whole).toMatchObject({ text: 'Hi Ann from <x>', missing: [] });
    expect(part).toMatchObject({ text: 'Hi Ann from ', missing: ['place'] });
    await expect(missing).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
      details: { missing: ['place'] },
    });
    expect(await db.call(promptGet, { name: 'greet' })).not.toHaveProperty('text');
  });

  test('includes other prompts by label, and finds circles', async () => {
    const saved = await db.call(promptSave, { name: 'outer', template: 'Do: {{> inner@production}}' });
    expect(saved.warnings).toEqual(['It includes inner@production, which is not there yet']);
    await db.call(promptSave, { name: 'inner', template: '1 {{x}}', labels: ['production'] });
    await db.call(promptSave, { name: 'inner', template: '{{> outer}}' });
    const get = () => db.call(promptGet, { name: 'outer', variables: { x: 'y' } });

    expect((await get()).text).toBe('Do: 1 y');
    await db.call(promptLabel, { name: 'inner', label: 'production', version: 2 });
    await expect(get()).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
      message: expect.stringContaining('include each other'),
    });
  });

  test('gives plain prompts and chats without being asked', async () => {
    await db.call(promptSave, { name: 'fixed', template: [{ role: 'user', content: 'Say {"a":1}' }] });

    expect(await db.call(promptGet, { name: 'fixed' })).toMatchObject({
      type: 'chat',
      messages: [{ role: 'user', content: 'Say {"a":1}' }],
    });
  });
});

describe('lists and differences', () => {
  test('lists by prefix, tag and label, in pages', async () => {
    const projectId = 'listing';
    for (const name of ['b', 'a/2', 'a/1'])
      await db.call(
        promptSave,
        {
          name,
          template: 'T',
          tags: name === 'b' ? [] : ['t'],
          labels: name === 'a/1' ? ['production'] : [],
        },
        { projectId },
      );
    const names = async (input: object): Promise<string[]> =>
      (await db.call(promptList, input, { projectId })).prompts.map(({ name }) => name);
    const first = await db.call(promptList, { limit: 2 }, { projectId });
    const second = await db.call(promptList, { limit: 2, cursor: first.nextCursor }, { projectId });

    expect(first.prompts.map(({ name }) => name)).toEqual(['a/1', 'a/2']);
    expect(second).toMatchObject({ prompts: [{ name: 'b', newestVersion: 1 }], nextCursor: null });
    expect(await names({ prefix: 'a/' })).toEqual(['a/1', 'a/2']);
    expect(await names({ tag: 't' })).toEqual(['a/1', 'a/2']);
    expect(await names({ label: 'production' })).toEqual(['a/1']);
  });

  test('compares two versions', async () => {
    await db.call(promptSave, { name: 'compared', template: 'one\ntwo\n', config: { t: 0 } });
    await db.call(promptSave, { name: 'compared', template: 'one\n2 {{x}}\n', config: { t: 1 } });

    const difference = await db.call(promptDiff, { name: 'compared', from: 1 });

    expect(difference).toMatchObject({
      from: 1,
      to: 2,
      isEqual: false,
      linesAdded: 1,
      linesRemoved: 1,
      formats: ['plain', 'mustache'],
      variables: { added: ['x'], removed: [] },
    });
    expect(difference.diff).toContain('@@ -1,2 +1,2 @@\n one\n-two\n+2 {{x}}\n');
    expect(difference.configDiff).toContain('-  "t": 0\n+  "t": 1');
  });
});

describe('projects', () => {
  test('do not see the prompts of each other', async () => {
    await db.call(promptSave, { name: 'secret', template: 'A' }, { projectId: 'p1' });

    await expect(db.call(promptGet, { name: 'secret' }, { projectId: 'p2' })).rejects.toMatchObject({
      code: 'IRIS_NOT_FOUND',
    });
    expect((await db.call(promptList, {}, { projectId: 'p2' })).prompts).toEqual([]);
  });

  test('find saving, labelling and use among their events', async () => {
    const projectId = 'noted';
    await db.call(promptSave, { name: 'n', template: 'A', labels: ['production'] }, { projectId });
    await db.call(promptGet, { name: 'n' }, { projectId, caller: { sessionId: 's1' } });
    await db.call(promptDiff, { name: 'n', from: 1 }, { projectId });

    const events = await db.engine.maintain(
      `select event, session_id, attributes->>'prompt.version' as version from iris.events
        where project_id = 'noted' order by event`,
    );

    expect(events).toEqual([
      { event: 'prompt.labelled', session_id: null, version: '1' },
      { event: 'prompt.saved', session_id: null, version: '1' },
      { event: 'prompt.used', session_id: 's1', version: '1' },
    ]);
  });
});

test('a key that may only read gets prompts, leaves no event, and saves nothing', async () => {
  const key = 'iris_test_read_only';
  const hash = createHash('sha256').update(key).digest('hex');
  await db.call(promptSave, { name: 'open', template: 'A' }, { projectId: 'keyed' });
  await db.engine.maintain(
    `select public.iris_admin_create_key('{"prefix": "iris_test", "hash": "${hash}", "scopes": ["read"]}', 'keyed')`,
  );
  const reader = db.storeOf({ type: 'key', key });

  expect(await reader.call('iris_prompt_get', { name: 'open' })).toMatchObject({ version: 1 });
  await expect(
    reader.call('iris_prompt_label', { name: 'open', label: 'x', version: 1 }),
  ).rejects.toMatchObject({
    code: 'IRIS_FORBIDDEN',
  });
  expect(
    await db.engine.maintain("select from iris.events where project_id = 'keyed' and event = 'prompt.used'"),
  ).toEqual([]);
});

test.each([
  [{ name: '-x', template: 'A' }],
  [{ name: 'x'.repeat(256), template: 'A' }],
  [{ name: 'x', template: 'é'.repeat(131_073) }],
  [{ name: 'x', template: '{{#open}}', format: 'mustache' }],
  [{ name: 'x', template: [] }],
  [{ name: 'x', template: 'A', labels: ['latest'] }],
  [{ name: 'x', template: 'A', message: 'm'.repeat(501) }],
  [{ name: 'x', template: 'nul \0' }],
  [{ name: 'x', template: 'half \ud800' }],
  [
    {
      name: 'x',
      template: Array.from({ length: 3 }, () => ({ role: 'user', content: 'x'.repeat(100_000) })),
    },
  ],
])('prompt_save refuses wrong input %#', async (input) => {
  await expect(db.call(promptSave, input)).rejects.toMatchObject({ code: 'IRIS_INVALID_ARGUMENT' });
});
