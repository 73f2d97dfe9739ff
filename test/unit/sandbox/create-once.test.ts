import { SandboxError, TimeoutError } from '@e2b/code-interpreter';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOnce, type ControlCalls } from '../../../src/sandbox/create-once.ts';
import { mapE2bError } from '../../../src/sandbox/map-e2b-error.ts';
import type { CreatedSandbox } from '../../../src/sandbox/sandbox.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OPTIONS = { metadata: { 'iris.run': 'r1' }, timeoutMs: 60_000, allowInternetAccess: false };

/** A host whose next calls of create fail as told: `made` says whether a sandbox comes about all the same, and when. */
function fakeHost(failures: readonly { readonly thrown: unknown; readonly madeAfterMs?: number }[]) {
  const alive = new Set<string>();
  const killed: string[] = [];
  let calls = 0;
  const make = (): string => {
    const id = `i${alive.size + killed.length}`;
    alive.add(id);
    return id;
  };
  const toCreated = (id: string): CreatedSandbox => {
    return { id, grantedMs: 60_000, endpoint: { sandboxId: id, url: '', headers: {} } };
  };
  const host: ControlCalls = {
    create: () => {
      const failure = failures[calls++];
      if (failure === undefined) return Promise.resolve(toCreated(make()));
      if (failure.madeAfterMs !== undefined) setTimeout(make, failure.madeAfterMs);
      return Promise.reject(mapE2bError(failure.thrown));
    },
    list: () => {
      const facts = { metadata: OPTIONS.metadata, state: 'running', startedAtMs: 0, endAtMs: 0 };
      return Promise.resolve([...alive].map((id) => ({ id, ...facts })));
    },
    connect: (id) => Promise.resolve(toCreated(id)),
    kill: (id) => {
      killed.push(id);
      return Promise.resolve(alive.delete(id));
    },
  };
  return { host, alive, killed, calls: () => calls };
}

const unanswered = new TimeoutError('no answer');

async function create(host: ControlCalls): Promise<CreatedSandbox> {
  const creating = createOnce(host, OPTIONS);
  creating.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(30_000);
  return await creating;
}

test('one that was made though nobody heard of it is taken', async () => {
  const { host, calls, alive } = fakeHost([{ thrown: unanswered, madeAfterMs: 0 }]);

  expect((await create(host)).id).toBe('i0');
  expect([calls(), alive.size]).toEqual([1, 1]);
});

test('one that was not made is asked for again', async () => {
  const { host, calls, alive } = fakeHost([{ thrown: unanswered }]);

  expect((await create(host)).id).toBe('i0');
  expect([calls(), alive.size]).toEqual([2, 1]);
});

test('one that turns up after another was made in its place is ended', async () => {
  const { host, alive, killed } = fakeHost([{ thrown: unanswered, madeAfterMs: 4_000 }]);

  const { id } = await create(host);
  await vi.advanceTimersByTimeAsync(20_000);

  expect([[...alive], killed]).toEqual([[id], ['i1']]);
});

test('a refusal is final', async () => {
  const refused = new SandboxError('template not found');
  Object.assign(refused, { statusCode: 400 });
  const { host, calls } = fakeHost([{ thrown: refused }]);

  await expect(create(host)).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  expect(calls()).toBe(1);
});
