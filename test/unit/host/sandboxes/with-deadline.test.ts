import { expect, test } from 'vitest';
import { withDeadline } from '../../../../src/host/sandboxes/with-deadline.ts';

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });

test('withDeadline() returns what the work returns', async () => {
  const { signal } = new AbortController();

  await expect(withDeadline({ timeoutMs: 1000, signal }, () => Promise.resolve(7))).resolves.toBe(7);
});

test('withDeadline() aborts the work on time', async () => {
  const { signal } = new AbortController();

  await expect(withDeadline({ timeoutMs: 5, signal }, untilAborted)).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('withDeadline() passes an abort on, also one that came before', async () => {
  const controller = new AbortController();
  const waiting = withDeadline({ timeoutMs: 1000, signal: controller.signal }, untilAborted);

  controller.abort(new Error('enough'));

  await expect(waiting).rejects.toThrow('enough');
  await expect(withDeadline({ timeoutMs: 1000, signal: controller.signal }, untilAborted)).rejects.toThrow(
    'enough',
  );
});
