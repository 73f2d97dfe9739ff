import type { RunEvent, RunResult, ToolCallSummary } from '../contract/run-event.ts';

export interface RunFollower {
  /** How many processes of a sandbox the kernel has ended for want of memory. */
  readonly countOomKills: (sandboxId: string) => Promise<number | undefined>;
  /** The calls of tools that the run made. */
  readonly toolCalls?: () => readonly ToolCallSummary[];
  /** What the run came to, by estimate. */
  readonly costOf?: (result: RunResult) => number;
  readonly onFinished?: (result: RunResult) => void;
}

/** 128 and the number of SIGKILL: how a shell names the end by that signal. */
const KILLED = 137;

/** Passes a run's events on; an end by SIGKILL for want of memory is explained before it is told. */
export async function* followRun(
  events: AsyncIterable<RunEvent>,
  { countOomKills, toolCalls, costOf, onFinished }: RunFollower,
): AsyncGenerator<RunEvent, void> {
  let before: Promise<number | undefined> = Promise.resolve(undefined);
  for await (const event of events) {
    if (event.type === 'started') before = countOomKills(event.sandbox.id).catch(() => undefined);
    if (event.type === 'finished' && event.exitCode === KILLED) {
      const after = await countOomKills(event.sandbox.id).catch(() => undefined);
      if (after !== undefined && after > ((await before) ?? 0)) yield OUT_OF_MEMORY;
    }
    if (event.type === 'finished') {
      onFinished?.(event);
      const calls = toolCalls?.() ?? [];
      const costEstimateUsd = costOf?.(event);
      yield {
        ...event,
        ...(calls.length > 0 && { toolCalls: calls }),
        ...(costEstimateUsd !== undefined && { costEstimateUsd }),
      };
    } else {
      yield event;
    }
  }
}

const OUT_OF_MEMORY: RunEvent = {
  type: 'notice',
  text: 'The kernel ended a process of this sandbox: all of them together held more memory than limits.memory allows',
  hint: 'Raise limits.memory, or hold less in memory at once.',
};
