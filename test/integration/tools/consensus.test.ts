import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentRegister } from '../../../src/contract/tools/agents.ts';
import {
  consensusClose,
  consensusList,
  consensusOpen,
  consensusStatusTool,
  consensusVote,
} from '../../../src/contract/tools/consensus.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

const VOTERS = 50;
const ROUNDS = 20;

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

const vote = (consensusId: string, agentId: string, decision: string, more: object = {}) =>
  db.call(consensusVote, { consensusId, agentId, decision, ...more });
const statusOf = (consensusId: string, more: object = {}) =>
  db.call(consensusStatusTool, { consensusId, ...more });
const open = (id: string, more: object = {}) =>
  db.call(consensusOpen, { id, topic: `Is it ${id}?`, ...more });

describe('a vote', () => {
  test('on a question that nobody has opened says how it would end, and never that it is decided', async () => {
    const first = await vote('adhoc', 'a', 'approve', { reasoning: 'yes' });
    await vote('adhoc', 'b', 'approve');
    const status = await statusOf('adhoc');

    expect(first).toMatchObject({ accepted: true, duplicate: false, revision: 1 });
    expect(status).toMatchObject({ status: 'pending', final: false, outcome: null, provisional: 'approved' });
    expect(status.tally).toMatchObject({ approve: { votes: 2, weight: '2', share: 1 } });
    await expect(vote('adhoc', 'c', 'maybe')).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
      hint: 'Options: approve, reject, abstain.',
    });
  });

  test('counts once, however often it is sent, and can be changed', async () => {
    await vote('change', 'a', 'approve');
    const again = await vote('change', 'a', 'approve');
    const changed = await vote('change', 'a', 'reject');

    expect(again).toMatchObject({ duplicate: true, revision: 1 });
    expect(changed).toMatchObject({ duplicate: false, revision: 2, changedFrom: 'approve' });
    expect(changed.status).toMatchObject({ provisional: 'rejected', participation: { voted: 1 } });
  });

  test('cannot be changed where the question says so', async () => {
    await open('fixed', { allowChange: false });
    await vote('fixed', 'a', 'approve');

    expect(await vote('fixed', 'a', 'approve')).toMatchObject({ duplicate: true });
    await expect(vote('fixed', 'a', 'reject')).rejects.toMatchObject({ code: 'IRIS_CONFLICT' });
  });

  test('is for those who may', async () => {
    await open('members', { eligible: ['a', 'b'] });

    await expect(vote('members', 'c', 'approve')).rejects.toMatchObject({
      code: 'IRIS_FORBIDDEN',
      hint: 'Only these may: a, b',
    });
  });

  test('of an agent with a token needs the token', async () => {
    const { token } = await db.call(agentRegister, { agentId: 'guarded', issueToken: true });

    await expect(vote('tokens', 'guarded', 'approve')).rejects.toMatchObject({ code: 'IRIS_FORBIDDEN' });
    await expect(vote('tokens', 'guarded', 'approve', { token: 'iat_guess' })).rejects.toMatchObject({
      code: 'IRIS_FORBIDDEN',
    });
    expect(await vote('tokens', 'guarded', 'approve', { token })).toMatchObject({ accepted: true });
  });
});

describe('a question', () => {
  test('is decided when all who may have voted, and takes no vote then', async () => {
    await open('all', { eligible: ['a', 'b', 'c'] });
    await vote('all', 'a', 'approve', { reasoning: 'good' });
    await vote('all', 'b', 'reject', { reasoning: 'too early' });
    const last = await vote('all', 'c', 'approve');

    expect(last.status).toMatchObject({
      status: 'reached',
      outcome: 'approved',
      final: true,
      provisional: null,
    });
    expect(last.status['dissent']).toEqual([{ agentId: 'b', decision: 'reject', reasoning: 'too early' }]);
    await expect(vote('all', 'a', 'reject')).rejects.toMatchObject({ code: 'IRIS_CLOSED' });
  });

  test('is over after its deadline, by the clock of the database, without anybody to watch', async () => {
    await open('late', { ttlSeconds: 3600 });
    await vote('late', 'a', 'approve');
    await db.engine.maintain(
      "update iris.consensus set closes_at = now() - interval '1 s' where id = 'late'",
    );

    expect(await statusOf('late')).toMatchObject({ final: true, outcome: 'approved' });
    await expect(vote('late', 'b', 'reject')).rejects.toMatchObject({ code: 'IRIS_CLOSED' });
  });

  test('keeps the result that was written first', async () => {
    await open('frozen');
    await vote('frozen', 'a', 'approve');
    await db.call(consensusClose, { consensusId: 'frozen' });
    await db.engine.maintain("update iris.votes set decision = 'reject' where consensus_id = 'frozen'");

    expect(await statusOf('frozen')).toMatchObject({ outcome: 'approved', final: true });
    expect(await db.call(consensusClose, { consensusId: 'frozen' })).toMatchObject({ outcome: 'approved' });
  });

  test('is stopped by a veto, and can be cancelled until it is closed', async () => {
    await open('veto', { veto: ['guard'] });
    await vote('veto', 'a', 'approve');
    const stopped = await vote('veto', 'guard', 'reject');
    await open('cancel');
    const cancelled = await db.call(consensusClose, { consensusId: 'cancel', cancel: true });

    expect(stopped.status).toMatchObject({ status: 'failed', outcome: 'vetoed', final: true });
    expect(cancelled).toMatchObject({ status: 'failed', outcome: 'cancelled', final: true });
    await expect(db.call(consensusClose, { consensusId: 'veto', cancel: true })).rejects.toMatchObject({
      code: 'IRIS_CLOSED',
    });
  });

  test('ends early when nothing can change it any more', async () => {
    await open('early', { eligible: ['a', 'b', 'c', 'd', 'e'], allowChange: false });
    await vote('early', 'a', 'approve');
    await vote('early', 'b', 'approve');
    const third = await vote('early', 'c', 'approve');

    expect(third.status).toMatchObject({ outcome: 'approved', final: true });
    await expect(vote('early', 'd', 'reject')).rejects.toMatchObject({ code: 'IRIS_CLOSED' });
  });

  test('that is secret shows who took part and nothing else until it is closed', async () => {
    await open('secret', { secret: true });
    const { status } = await vote('secret', 'a', 'approve', { reasoning: 'mine' });
    const closed = await db.call(consensusClose, { consensusId: 'secret' });
    const events = await db.engine.maintain(
      `select attributes::text as text from iris.events where attributes ->> 'consensus.id' = 'secret' and event = 'consensus.vote'`,
    );

    expect(status).toMatchObject({ provisional: null, tally: null, participation: { voted: 1 } });
    expect(JSON.stringify(status)).not.toContain('mine');
    expect(JSON.stringify(events)).not.toContain('approve');
    expect(closed).toMatchObject({ outcome: 'approved', votes: [{ agentId: 'a', decision: 'approve' }] });
  });

  test('weighs voters by how often they were right, once three of their votes were judged', async () => {
    for (const number of [1, 2, 3, 4]) {
      await vote(`past${number}`, 'expert', 'approve');
      await vote(`past${number}`, 'novice', 'reject');
      await db.call(consensusClose, { consensusId: `past${number}`, actual: 'approve' });
    }
    await open('weighed', { weighting: 'track_record' });
    await vote('weighed', 'expert', 'approve');
    await vote('weighed', 'novice', 'reject');
    const { status } = await vote('weighed', 'stranger', 'reject');

    // ln(5/1) for four of four, nothing for none of four, and one for a stranger.
    expect(status.tally).toMatchObject({ approve: { weight: '1.6094' }, reject: { votes: 2, weight: '1' } });
    expect(status.provisional).toBe('approved');
  });

  test('takes over votes that came before it, if they fit', async () => {
    await vote('adopted', 'a', 'approve');
    await vote('refused', 'z', 'approve');

    expect(await open('adopted', { eligible: ['a', 'b'] })).toMatchObject({
      participation: { voted: 1, eligible: 2 },
    });
    await expect(open('refused', { eligible: ['a'] })).rejects.toMatchObject({ code: 'IRIS_CONFLICT' });
    await expect(open('adopted')).rejects.toMatchObject({ code: 'IRIS_CONFLICT' });
  });

  test('by ranks shows its rounds', async () => {
    await open('ranks', { options: ['A', 'B', 'C'], method: 'irv' });
    const ballots = [
      ['A', 'B'],
      ['A', 'C'],
      ['B', 'C'],
      ['C', 'B'],
      ['C', 'B'],
    ];
    for (const [index, ranking] of ballots.entries())
      await db.call(consensusVote, { consensusId: 'ranks', agentId: `v${index}`, ranking });

    const closed = await db.call(consensusClose, { consensusId: 'ranks' });

    expect(closed).toMatchObject({
      outcome: 'choice:C',
      rounds: [
        { A: '2', B: '1', C: '2' },
        { A: '2', C: '3' },
      ],
    });
    await expect(
      db.call(consensusVote, { consensusId: 'ranks2', agentId: 'a', ranking: ['approve', 'approve'] }),
    ).rejects.toMatchObject({ code: 'IRIS_INVALID_ARGUMENT' });
  });

  test('is opened once for one idempotencyKey', async () => {
    const ask = { topic: 'Once?', idempotencyKey: 'k1', id: 'once' };

    await db.call(consensusOpen, ask);
    expect(await db.call(consensusOpen, ask)).toMatchObject({ id: 'once', final: false });
    await expect(db.call(consensusOpen, { ...ask, topic: 'Twice?' })).rejects.toMatchObject({
      code: 'IRIS_CONFLICT',
    });
  });

  test.each([
    [{ topic: 'x', quorum: 0.5 }, /needs eligible/],
    [{ topic: 'x', base: 'eligible' }, /needs eligible/],
    [{ topic: 'x', options: ['a', 'a'] }, /twice/],
    [{ topic: 'x', closesAt: '2020-01-01T00:00:00Z' }, /over already/],
    [{ topic: 'x', ttlSeconds: 5, closesAt: '2099-01-01T00:00:00Z' }, /same thing/],
  ])('is refused as %j', async (input, message) => {
    await expect(db.call(consensusOpen, input)).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
  });
});

test('voters at once get one exact result each round', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const id = `race${round}`;
    const eligible = Array.from({ length: VOTERS }, (_, index) => `v${index}`);
    await open(id, { eligible });

    const receipts = await Promise.all(
      eligible.map((agentId, index) => vote(id, agentId, index < 30 ? 'approve' : 'reject')),
    );

    expect(receipts.filter(({ duplicate }) => duplicate)).toEqual([]);
    expect(await statusOf(id)).toMatchObject({
      final: true,
      outcome: 'approved',
      tally: { approve: { votes: 30 }, reject: { votes: 20 } },
    });
  }
});

test('lists by pages, and a project sees its own alone', async () => {
  const projectId = 'listed';
  for (const id of ['x', 'y', 'z']) await db.call(consensusOpen, { id, topic: id }, { projectId });
  const first = await db.call(consensusList, { limit: 2 }, { projectId });
  const second = await db.call(consensusList, { limit: 2, cursor: first.nextCursor ?? '' }, { projectId });

  expect([...first.consensus, ...second.consensus].map(({ id }) => id)).toEqual(['z', 'y', 'x']);
  expect(second.nextCursor).toBeNull();
  await expect(db.call(consensusList, { cursor: 'nonsense' }, { projectId })).rejects.toMatchObject({
    code: 'IRIS_INVALID_ARGUMENT',
  });
  await expect(
    db.call(consensusStatusTool, { consensusId: 'x' }, { projectId: 'other' }),
  ).rejects.toMatchObject({
    code: 'IRIS_NOT_FOUND',
  });
});
