import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { toIrisError } from '../../core/errors.ts';
import { never } from '../../core/never.ts';
import { readMigrations } from '../migrate/migration.ts';
import { PgliteEngine } from './engine.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

const options = z.object({
  migrationsDir: z.string(),
  dataDir: z.string().optional(),
  templateFile: z.string().optional(),
  isDurable: z.boolean().optional(),
});

/** Serves one database to the thread that started this one, a request at a time. */
async function main(): Promise<void> {
  const { migrationsDir, ...rest } = options.parse(workerData);
  const engine = await PgliteEngine.open({ ...rest, migrations: await readMigrations(migrationsDir) });
  // Each request waits for the one before it: the database blocks this thread anyway.
  let last = Promise.resolve();
  parentPort?.on('message', (request: WorkerRequest) => {
    last = last.then(() => serve(engine, request));
  });
  send({ type: 'ready', applied: engine.applied.applied });
}

async function serve(engine: PgliteEngine, request: WorkerRequest): Promise<void> {
  try {
    send({ type: 'answer', id: request.id, value: await answer(engine, request) });
  } catch (thrown) {
    send({ type: 'failure', id: request.id, error: toIrisError(thrown).toJSON() });
  }
}

async function answer(engine: PgliteEngine, request: WorkerRequest): Promise<unknown> {
  switch (request.type) {
    case 'call':
      return await engine.call(request);
    case 'maintain':
      return await engine.maintain(request.sql);
    case 'close':
      return await engine[Symbol.asyncDispose]();
    default:
      return never(request);
  }
}

function send(message: WorkerAnswer): void {
  parentPort?.postMessage(message, []);
}

try {
  await main();
} catch (thrown) {
  send({ type: 'failure', id: undefined, error: toIrisError(thrown).toJSON() });
}
