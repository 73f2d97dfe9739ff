import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../../src/store/port/driver.ts';
import { allTools } from '../../../src/tools/all-tools.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

const MARK = 'only-known-to-a';
const KEYS = {
  reader: 'ik_reader_of_a',
  foreign: 'ik_writer_of_b',
  expired: 'ik_expired_of_a',
  revoked: 'ik_revoked_of_a',
};

let db: TestStore;
let operations: `iris_${string}`[];
/** What anybody would send to an operation: nothing, what its tools take, and what another takes. */
const inputsOf = (operation: string): Record<string, unknown>[] => {
  const group = operation.split('_')[1] ?? '';
  const own = allTools.filter(({ contract }) => contract.name.startsWith(group.slice(0, 6)));
  const examples = [...own.slice(0, 3), allTools[operation.length % allTools.length]];
  return [{}, ...examples.map((tool) => tool?.contract.example)].filter(isRecord);
};

beforeAll(async () => {
  db = await openTestStore();
  const rows = await db.engine.maintain(
    "select proname from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname = 'public' and proname like 'iris\\_%' order by 1",
  );
  operations = rows.map(({ proname }): `iris_${string}` => `iris_${String(proname).slice(5)}`);
  await addKey('a', KEYS.reader, { scopes: ['read'] });
  await addKey('a', KEYS.expired, { expiresAt: '2020-01-01T00:00:00Z' });
  await addKey('a', KEYS.revoked, {});
  await addKey('b', KEYS.foreign, { scopes: ['read', 'write', 'admin'] });
  await db.engine.maintain(
    `update iris.api_keys set revoked_at = now() where key_hash = decode('${hashOf(KEYS.revoked)}', 'hex')`,
  );
  await seed();
});

afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

describe('every operation', () => {
  test.each([
    ['no key', { type: 'key', key: '' }],
    ['a key that nobody has', { type: 'key', key: 'ik_guessed' }],
    ['an expired key', { type: 'key', key: KEYS.expired }],
    ['a revoked key', { type: 'key', key: KEYS.revoked }],
  ] satisfies [string, Identity][])('is forbidden with %s', async (_name, identity) => {
    const open: string[] = [];
    for (const operation of operations.filter((name) => name !== 'iris_status')) {
      for (const input of inputsOf(operation)) {
        const { code } = await attempt(identity, operation, input);
        if (code !== 'IRIS_FORBIDDEN') open.push(`${operation} ${JSON.stringify(input)}: ${code}`);
      }
    }

    expect(open).toEqual([]);
  });

  test('changes nothing with a key that may only read', async () => {
    const before = await everything('a');

    for (const operation of operations)
      for (const input of inputsOf(operation))
        await attempt({ type: 'key', key: KEYS.reader }, operation, input);

    expect(await everything('a')).toEqual(before);
  });

  test('neither shows nor changes the data of another project', async () => {
    const before = await everything('a');
    const shown: string[] = [];

    for (const operation of operations) {
      for (const input of inputsOf(operation)) {
        const { text } = await attempt({ type: 'key', key: KEYS.foreign }, operation, {
          ...input,
          projectId: 'a',
        });
        if (text.includes(MARK)) shown.push(`${operation}: ${text}`);
      }
    }

    expect(shown).toEqual([]);
    expect(await everything('a')).toEqual(before);
  });

  test('that makes keys is closed to every key', async () => {
    for (const key of Object.values(KEYS)) {
      const { code } = await attempt({ type: 'key', key }, 'iris_admin_create_key', {
        prefix: 'x',
        hash: 'ab',
      });
      expect(code).toBe('IRIS_FORBIDDEN');
    }
  });
});

/** Fills project a by the tools' own examples, every text of which is marked. */
async function seed(): Promise<void> {
  for (const { contract } of allTools) {
    if (contract.effect !== 'write') continue;
    await db.call(contract, contract.example, { projectId: 'a' }).catch(() => undefined);
  }
  await db.store('a').call('iris_agent_register', { agentId: MARK, ttlSeconds: 60, description: MARK });
}

async function everything(projectId: string): Promise<unknown> {
  const { tables = [] } = toRecord(await db.store(projectId).call('iris_data_export', {}));
  const all: unknown[] = [];
  for (const table of Array.isArray(tables) ? tables : [])
    all.push(await db.store(projectId).call('iris_data_export', { table, limit: 1000 }));
  return all;
}

async function attempt(
  identity: Identity,
  operation: `iris_${string}`,
  input: Record<string, unknown>,
): Promise<{ readonly code: string; readonly text: string }> {
  try {
    const answer = await db.storeOf(identity).call(operation, input);
    return { code: 'done', text: JSON.stringify(answer) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { code, text: error instanceof Error ? error.message : String(error) };
  }
}

async function addKey(project: string, key: string, more: Record<string, unknown>): Promise<void> {
  const input = JSON.stringify({ prefix: key.slice(0, 6), hash: hashOf(key), ...more });
  await db.engine.maintain(`select public.iris_admin_create_key('${input}', '${project}')`);
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function toRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
