import { expect, test } from 'vitest';
import { followRun } from '../../../src/app/follow-run.ts';
import type { RunEvent } from '../../../src/contract/run-event.ts';

const sandbox = { id: 'a', name: 'default', provider: 'embedded', isolation: 'bubblewrap' } as const;

test.each([
  ['was counted', 137, [0, 1], ['started', 'notice', 'finished']],
  ['was counted in an earlier run alone', 137, [1, 1], ['started', 'finished']],
  ['is counted by nobody', 137, [undefined, undefined], ['started', 'finished']],
  ['did not end the script', 1, [0, 1], ['started', 'finished']],
] as const)('followRun() when a kill for want of memory %s', async (_name, exitCode, counts, expected) => {
  const left = [...counts];
  const types: string[] = [];

  for await (const event of followRun(aRun(exitCode), { countOomKills: async () => left.shift() }))
    types.push(event.type);

  expect(types).toEqual(expected);
});

test('followRun() survives a sandbox that nobody can ask any more', async () => {
  const types: string[] = [];
  const refuse = (): Promise<number> => Promise.reject(new Error('gone'));

  for await (const event of followRun(aRun(137), { countOomKills: refuse })) types.push(event.type);

  expect(types).toEqual(['started', 'finished']);
});

async function* aRun(exitCode: number): AsyncGenerator<RunEvent> {
  yield { type: 'started', runId: 'run1', sandbox, pid: 1 };
  yield { type: 'finished', runId: 'run1', exitCode, sandbox, timingsMs: {} };
}
