import { expect, test } from 'vitest';
import { maskRun } from '../../../src/app/mask-run.ts';
import type { RunEvent } from '../../../src/contract/run-event.ts';
import { IrisError } from '../../../src/core/errors.ts';

const SECRET = 'hunter2-hunter2';

async function* run(): AsyncGenerator<RunEvent, void> {
  yield { type: 'stdout', data: Buffer.from(SECRET) };
  yield { type: 'notice', text: `it said ${SECRET}`, hint: `not ${SECRET} again` };
  await Promise.resolve();
  throw new IrisError('SANDBOX_UNAVAILABLE', `400: bad header Bearer ${SECRET}`, {
    hint: SECRET,
    details: { header: `Bearer ${SECRET}` },
    cause: new Error(SECRET),
  });
}

test('maskRun() takes values out of what iris says, not out of what the script writes', async () => {
  const events: RunEvent[] = [];
  let failure: unknown;
  try {
    for await (const event of maskRun(run(), [SECRET, 'abc'])) events.push(event);
  } catch (thrown) {
    failure = thrown;
  }

  expect(events).toEqual([
    { type: 'stdout', data: Buffer.from(SECRET) },
    { type: 'notice', text: 'it said ***', hint: 'not *** again' },
  ]);
  expect(failure).toBeInstanceOf(IrisError);
  expect(failure instanceof IrisError ? [failure.message, failure.cause] : []).toEqual([
    '400: bad header Bearer ***',
    undefined,
  ]);
  expect(failure).toMatchObject({
    code: 'SANDBOX_UNAVAILABLE',
    hint: '***',
    details: { header: 'Bearer ***' },
  });
});
