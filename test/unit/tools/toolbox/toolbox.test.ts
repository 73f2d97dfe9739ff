import { getEventListeners, once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../../../../src/contract/tools/contract.ts';
import { IrisError } from '../../../../src/core/errors.ts';
import type { Store } from '../../../../src/store/port/store.ts';
import { implement } from '../../../../src/tools/tool/tool.ts';
import { Budget } from '../../../../src/tools/toolbox/budget.ts';
import { Toolbox } from '../../../../src/tools/toolbox/toolbox.ts';

const store: Store = { engine: 'pglite', call: async () => ({}) };
const context = { store, caller: {} };
const contract = defineTool({
  name: 'echo_say',
  group: 'telemetry',
  title: 'Say',
  text: 'Says it.',
  effect: 'write',
  isIdempotent: true,
  input: z.strictObject({ text: z.string().max(5), times: z.int().default(1) }),
  output: z.looseObject({ said: z.string() }),
  example: { text: 'hi' },
  method: 'say',
  positional: ['text'],
});
const echo = implement(contract, async ({ text, times }) => ({ said: text.repeat(times), more: 1 }));

describe('Toolbox', () => {
  test('fills in defaults and lets a later version say more', async () => {
    expect(await new Toolbox([echo]).call('echo_say', { text: 'ab' }, context)).toEqual({
      said: 'ab',
      more: 1,
    });
  });

  test.each([
    [{ text: 5 }, /text: .*expected string/i],
    [{ text: 'abcdefgh' }, /text: /],
    [{ tixt: 'a' }, /unknown parameter tixt \(did you mean text\?\)/],
    ['words', /expected object/i],
  ])('says where %j is wrong, and what is valid', async (input, message) => {
    const call = new Toolbox([echo]).call('echo_say', input, context);

    await expect(call).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
      message: expect.stringMatching(message),
      hint: 'It takes text, times. For example: {"text":"hi"}',
    });
  });

  test('names the tool that was meant', async () => {
    await expect(new Toolbox([echo]).call('echo_sai', {}, context)).rejects.toMatchObject({
      code: 'IRIS_NOT_FOUND',
      hint: 'Did you mean echo_say?',
    });
  });

  test('asks who has to admit a call before its deadline begins, and does not count that time', async () => {
    const budget = new Budget({ maxCalls: 10, maxBytes: 1000, maxTimeMs: 1000 });
    const asked: string[] = [];
    const admit = async ({ name }: { name: string }): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      asked.push(name);
    };

    await new Toolbox([echo]).call('echo_say', { text: 'a' }, { ...context, budget, admit, deadlineMs: 30 });

    expect(asked).toEqual(['echo_say']);
    expect(budget.timeLeftMs).toBeGreaterThan(950);
  });

  test('makes no call that is not admitted, and takes it from the budget', async () => {
    let calls = 0;
    const counted = implement(contract, async () => ({ said: String(calls++) }));
    const budget = new Budget({ maxCalls: 1, maxBytes: 1000, maxTimeMs: 0 });
    const admit = (): Promise<never> => Promise.reject(new IrisError('IRIS_FORBIDDEN', 'no'));
    const call = () => new Toolbox([counted]).call('echo_say', { text: 'a' }, { ...context, budget, admit });

    await expect(call()).rejects.toMatchObject({ code: 'IRIS_FORBIDDEN' });
    await expect(call()).rejects.toMatchObject({ code: 'IRIS_LIMIT_EXCEEDED' });
    expect(calls).toBe(0);
  });

  test('ends with the budget', async () => {
    const toolbox = new Toolbox([echo]);
    const few = new Budget({ maxCalls: 1, maxBytes: 1000, maxTimeMs: 0 });
    const small = new Budget({ maxCalls: 10, maxBytes: 30, maxTimeMs: 0 });

    await toolbox.call('echo_say', { text: 'a' }, { ...context, budget: few });
    await expect(toolbox.call('echo_say', { text: 'a' }, { ...context, budget: few })).rejects.toMatchObject({
      code: 'IRIS_LIMIT_EXCEEDED',
      message: 'The budget of 1 calls for the tools of a run is spent',
      hint: expect.stringContaining('raise tools.maxCalls in the configuration'),
    });
    await expect(
      toolbox.call('echo_say', { text: 'abc', times: 10 }, { ...context, budget: small }),
    ).rejects.toMatchObject({ code: 'IRIS_LIMIT_EXCEEDED', hint: expect.stringContaining('tools.maxBytes') });
  });

  test('ends with the time that all calls together may take', async () => {
    const resting = implement(contract, async ({ text }) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { said: text };
    });
    const toolbox = new Toolbox([resting]);
    const budget = new Budget({ maxCalls: 10, maxBytes: 1000, maxTimeMs: 50 });
    const call = () => toolbox.call('echo_say', { text: 'a' }, { ...context, budget });

    await call();
    await call();
    expect(budget.timeLeftMs).toBe(0);
    await expect(call()).rejects.toMatchObject({
      code: 'IRIS_LIMIT_EXCEEDED',
      message: 'The budget of 50ms for the tools of a run is spent',
      hint: expect.stringContaining('tools.maxTime'),
    });
  });

  test('stops a call at the end of that time', async () => {
    const endless = implement(
      contract,
      (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    );
    const budget = new Budget({ maxCalls: 10, maxBytes: 1000, maxTimeMs: 20 });

    await expect(
      new Toolbox([endless]).call('echo_say', { text: 'a' }, { ...context, budget }),
    ).rejects.toMatchObject({ code: 'IRIS_LIMIT_EXCEEDED' });
  });

  test.each([0, 1])(
    'takes what came and what goes of the budget, and believes who knows how long the input was, less %i',
    async (tooFew) => {
      const answerBytes = JSON.stringify({ said: 'a', more: 1 }).length;
      const neededBytes = JSON.stringify({ text: 'a' }).length + 500 + 2 * answerBytes;
      const budget = new Budget({ maxCalls: 10, maxBytes: neededBytes - tooFew, maxTimeMs: 0 });
      const toolbox = new Toolbox([echo]);

      await toolbox.call('echo_say', { text: 'a' }, { ...context, budget });
      const second = toolbox.call('echo_say', { text: 'a' }, { ...context, budget, inputBytes: 500 });

      if (tooFew === 0) await expect(second).resolves.toMatchObject({ said: 'a' });
      else await expect(second).rejects.toMatchObject({ code: 'IRIS_LIMIT_EXCEEDED' });
    },
  );

  test('gives up after the deadline, and when the caller does', async () => {
    const slow = implement(
      contract,
      (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    );
    const toolbox = new Toolbox([slow]);

    await expect(
      toolbox.call('echo_say', { text: 'a' }, { ...context, deadlineMs: 10 }),
    ).rejects.toMatchObject({
      code: 'IRIS_UNAVAILABLE',
    });
    await expect(
      toolbox.call('echo_say', { text: 'a' }, { ...context, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('lets go of the signal of its caller, and tells its reason while the call lasts', async () => {
    const seen: AbortSignal[] = [];
    const waiting = implement(contract, async ({ text }, { signal }) => {
      seen.push(signal);
      if (text === 'wait') await once(signal, 'abort');
      signal.throwIfAborted();
      return { said: text };
    });
    const toolbox = new Toolbox([waiting]);
    const caller = new AbortController();
    const call = (text: string): Promise<unknown> =>
      toolbox.call('echo_say', { text }, { ...context, signal: caller.signal });

    await call('a');
    const late = call('wait');
    caller.abort(new Error('the caller left'));

    await expect(late).rejects.toThrow('the caller left');
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
    expect(seen.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  test('calls a broken promise of a handler what it is', async () => {
    const broken = implement(contract, async () => ({ said: 1 }));

    await expect(new Toolbox([broken]).call('echo_say', { text: 'a' }, context)).rejects.toThrow(
      /echo_say broke its promise/,
    );
  });
});
