import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Driver } from '../../src/store/port/driver.ts';
import { SupabaseDriver } from '../../src/store/supabase/supabase-driver.ts';

export interface TestSupabase extends AsyncDisposable {
  readonly driver: Driver;
  readonly url: string;
  maintain(sql: string): Promise<readonly Record<string, unknown>[]>;
}

interface Answer {
  readonly port?: number;
  readonly rows?: readonly Record<string, unknown>[];
  readonly error?: string;
}

/** Starts an implementation of Supabase's REST interface that is not ours, installed at IRIS_TEST_SUPABASE_LITE. */
export async function openSupabase(): Promise<TestSupabase> {
  const installed = process.env['IRIS_TEST_SUPABASE_LITE'];
  if (installed === undefined) throw new Error('IRIS_TEST_SUPABASE_LITE names no folder');
  const script = fileURLToPath(new URL('../fixtures/store/serve-supabase.mjs', import.meta.url));
  const migrations = fileURLToPath(new URL('../../supabase/migrations', import.meta.url));
  const server = execa(process.execPath, [script, installed, migrations], { reject: false, buffer: false });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Answer> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('The Supabase server ended');
    return JSON.parse(line.value);
  };
  const { port } = await next();
  const url = `http://127.0.0.1:${port}`;
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
    server.stdin.write(`${JSON.stringify({ sql })}\n`);
    const { rows = [], error } = await next();
    if (error !== undefined) throw new Error(error);
    return rows;
  };
  const [secret, publishable] = ['sb_secret_test', 'sb_publishable_test'].map(
    (key) => new SupabaseDriver({ url, key }),
  );
  return {
    driver: {
      engine: 'supabase',
      call: async (call) => await (call.identity.type === 'key' ? publishable : secret)?.call(call),
      [Symbol.asyncDispose]: async () => undefined,
    },
    url,
    maintain: async (sql) => {
      const turn = last.then(() => ask(sql));
      last = turn.catch(() => undefined);
      return await turn;
    },
    [Symbol.asyncDispose]: async () => {
      server.stdin.end();
      await server;
    },
  };
}
