import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IrisError } from '../../../src/core/errors.ts';
import type { SignalName } from '../../../src/core/signal-name.ts';
import { superviseProcess } from '../../../src/executor/supervise-process.ts';
import type { SandboxProcess } from '../../../src/sandbox/process-client.ts';
import type { ProcessEvent } from '../../../src/sandbox/sandbox.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface FakeProcess extends SandboxProcess {
  readonly sent: SignalName[];
  readonly stdin: string[];
}

/** A process that has done with its events whatever `events` says. */
function fakeProcess(events: readonly ProcessEvent[] = [], rest: Partial<SandboxProcess> = {}): FakeProcess {
  const sent: SignalName[] = [];
  const stdin: string[] = [];
  return {
    pid: 1,
    sent,
    stdin,
    events: (async function* () {
      yield* events;
    })(),
    sendStdin: async (chunk) => void stdin.push(chunk.toString()),
    closeStdin: async () => void stdin.push('(end)'),
    signal: async (name) => void sent.push(name),
    resize: () => Promise.resolve(),
    abandon: () => undefined,
    ...rest,
  };
}

const exited: ProcessEvent = { type: 'exited', exitCode: 0, signal: undefined };

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _event of events);
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
  test('asks the process to end at its deadline, and kills it when it does not', async () => {
    const process = fakeProcess([exited]);
    const supervised = superviseProcess(process, idleIo(), 1_000);

    vi.advanceTimersByTime(999);
    expect(process.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(process.sent).toEqual(['SIGTERM']);
    vi.advanceTimersByTime(2_000);
    expect(process.sent).toEqual(['SIGTERM', 'SIGKILL']);
    await expect(drain(supervised.events)).rejects.toThrow('stopped after 1s');
  });

  test('has no deadline at 0', () => {
    const process = fakeProcess();
    superviseProcess(process, idleIo(), 0);

    vi.advanceTimersByTime(1e9);

    expect(process.sent).toEqual([]);
  });

  test('ends the process when nobody waits for it any more', async () => {
    const process = fakeProcess();
    const abort = new AbortController();
    const supervised = superviseProcess(process, idleIo(abort.signal), 0);

    abort.abort();

    expect(process.sent).toEqual(['SIGTERM']);
    await expect(drain(supervised.events)).rejects.toThrow('cancelled');
  });

  test('sends nothing to a process that has ended', async () => {
    const process = fakeProcess([exited]);
    const abort = new AbortController();
    const supervised = superviseProcess(process, idleIo(abort.signal), 1_000);

    await drain(supervised.events);
    abort.abort();
    vi.advanceTimersByTime(10_000);
    supervised[Symbol.dispose]();

    expect(process.sent).toEqual([]);
  });

  test('waits for the end of a killed process no longer than it must', () => {
    const abandon = vi.fn();
    const process = fakeProcess([], { abandon });
    superviseProcess(process, idleIo(), 1_000);

    vi.advanceTimersByTime(7_999);
    expect(abandon).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);

    expect(abandon).toHaveBeenCalledOnce();
  });

  test('stops a script whose input broke off, for nobody knows what arrived', async () => {
    const process = fakeProcess([], {
      sendStdin: () => Promise.reject(new IrisError('SANDBOX_LOST', 'The connection broke')),
    });
    const stdin = (async function* () {
      yield Buffer.from('a');
    })();
    const supervised = superviseProcess(process, { ...idleIo(), stdin }, 0);

    await vi.advanceTimersByTimeAsync(1_001);

    expect(process.sent).toEqual(['SIGTERM']);
    await expect(drain(supervised.events)).rejects.toThrow('while the script read its input');
  });

  test('takes it for no failure when the script reads no more', async () => {
    const refused = new IrisError('SANDBOX_LOST', 'ended', { details: { connectCode: 'not_found' } });
    const process = fakeProcess([exited], { sendStdin: () => Promise.reject(refused) });
    const stdin = (async function* () {
      yield Buffer.from('a');
    })();
    const supervised = superviseProcess(process, { ...idleIo(), stdin }, 0);

    await vi.advanceTimersByTimeAsync(5_000);

    expect(process.sent).toEqual([]);
    await drain(supervised.events);
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
