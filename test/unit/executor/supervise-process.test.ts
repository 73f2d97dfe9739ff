import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SignalName } from '../../../src/core/signal-name.ts';
import { superviseProcess } from '../../../src/executor/supervise-process.ts';
import type { SandboxProcess } from '../../../src/sandbox/process-client.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fakeProcess(): SandboxProcess & { readonly sent: SignalName[]; readonly stdin: string[] } {
  const sent: SignalName[] = [];
  const stdin: string[] = [];
  return {
    pid: 1,
    sent,
    stdin,
    events: (async function* () {})(),
    sendStdin: async (chunk) => void stdin.push(chunk.toString()),
    closeStdin: async () => void stdin.push('(end)'),
    signal: async (name) => void sent.push(name),
  };
}

function idleIo(signal = new AbortController().signal) {
  return {
    stdin: undefined,
    onSignal: () => undefined,
    signal,
    confirm: () => Promise.resolve(undefined),
    readEnv: () => Promise.resolve({}),
  };
}

describe('superviseProcess()', () => {
  test('asks the process to end at its deadline, and kills it when it does not', () => {
    const process = fakeProcess();
    const supervised = superviseProcess(process, idleIo(), 1_000);

    vi.advanceTimersByTime(999);
    expect(process.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(process.sent).toEqual(['SIGTERM']);
    vi.advanceTimersByTime(2_000);
    expect(process.sent).toEqual(['SIGTERM', 'SIGKILL']);
    expect(() => supervised.throwIfStopped()).toThrow('stopped after 1s');
  });

  test('has no deadline at 0', () => {
    const process = fakeProcess();
    superviseProcess(process, idleIo(), 0);

    vi.advanceTimersByTime(1e9);

    expect(process.sent).toEqual([]);
  });

  test('ends the process when nobody waits for it any more', () => {
    const process = fakeProcess();
    const abort = new AbortController();
    const supervised = superviseProcess(process, idleIo(abort.signal), 0);

    abort.abort();

    expect(process.sent).toEqual(['SIGTERM']);
    expect(() => supervised.throwIfStopped()).toThrow('cancelled');
  });

  test('sends nothing to a process that has ended', () => {
    const process = fakeProcess();
    const abort = new AbortController();
    const supervised = superviseProcess(process, idleIo(abort.signal), 1_000);

    supervised.markExited();
    abort.abort();
    vi.advanceTimersByTime(10_000);
    supervised[Symbol.dispose]();

    expect(process.sent).toEqual([]);
    expect(() => supervised.throwIfStopped()).not.toThrow();
  });

  test('kills a process whose consumer left early', () => {
    const process = fakeProcess();

    superviseProcess(process, idleIo(), 0)[Symbol.dispose]();

    expect(process.sent).toEqual(['SIGKILL']);
  });

  test('passes standard input on in order, and its end', async () => {
    const process = fakeProcess();
    const stdin = (async function* () {
      yield Buffer.from('a');
      yield Buffer.from('b');
    })();
    superviseProcess(process, { ...idleIo(), stdin }, 0);

    await vi.waitFor(() => expect(process.stdin).toEqual(['a', 'b', '(end)']));
  });
});
