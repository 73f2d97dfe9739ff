import type { RunOutput } from './run-output.ts';

/** What is kept back before whoever sends it has to wait. */
const MAX_HELD_BYTES = 512 * 1024;

/** An output that can be kept back: while a question stands on the terminal, no script writes over it. */
export interface HeldOutput extends RunOutput {
  /** Keeps back what comes from now on, until the function that is returned is called or the run ends. */
  hold(): () => void;
}

/** Lets an output be kept back. */
export function holdable(output: RunOutput): HeldOutput {
  let held: Held | undefined;
  const release = (): void => {
    const kept = held;
    held = undefined;
    for (const show of kept?.shows ?? []) show();
    kept?.onReleased();
  };
  return {
    ...output,
    hold: () => {
      output.clear();
      held ??= openHeld();
      return release;
    },
    phase: (text) => {
      if (held === undefined) output.phase(text);
    },
    event: (event) => {
      if (held === undefined) output.event(event);
      else held.shows.push(() => output.event(event));
    },
    bytes: (stream, data) => {
      if (held === undefined) return output.bytes(stream, data);
      held.shows.push(() => void output.bytes(stream, data)?.catch(() => undefined));
      held.bytes += data.length;
      return held.bytes <= MAX_HELD_BYTES ? undefined : held.released;
    },
    finish: (result) => {
      release();
      return output.finish(result);
    },
    fail: (thrown, signalExitCode) => {
      release();
      return output.fail(thrown, signalExitCode);
    },
  };
}

interface Held {
  readonly shows: (() => void)[];
  readonly released: Promise<void>;
  readonly onReleased: () => void;
  bytes: number;
}

function openHeld(): Held {
  let onReleased = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    onReleased = resolve;
  });
  return { shows: [], released, onReleased, bytes: 0 };
}
