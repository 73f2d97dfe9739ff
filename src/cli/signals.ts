import type { SignalName } from '../core/signal-name.ts';

export interface SignalTargets {
  /** Passes a signal on to the script. */
  readonly forward: (name: SignalName) => void;
  /** Gives up on the script. */
  readonly force: () => void;
}

export interface ForwardedSignals extends Disposable {
  /** 128 + the signal that ended the run by force, or undefined. */
  readonly exitCode: number | undefined;
}

/** A script that ends at once on Ctrl-C needs no explanation. */
const EXPLAIN_AFTER_MS = 700;

/** The first Ctrl-C and every SIGTERM go to the script; the second Ctrl-C and a hang-up end the run at once. */
export function forwardSignals(targets: SignalTargets): ForwardedSignals {
  let interrupts = 0;
  let exitCode: number | undefined;
  let explain: NodeJS.Timeout | undefined;
  const force = (code: number): void => {
    exitCode = code;
    targets.force();
  };
  const listeners = {
    SIGINT: () => {
      interrupts++;
      if (interrupts > 1) return force(130);
      targets.forward('SIGINT');
      explain = setTimeout(() => {
        process.stderr.write('iris: passed Ctrl-C on to the script; press it again to stop at once\n');
      }, EXPLAIN_AFTER_MS);
    },
    SIGTERM: () => targets.forward('SIGTERM'),
    SIGHUP: () => force(129),
  };
  process.on('SIGINT', listeners.SIGINT).on('SIGTERM', listeners.SIGTERM).on('SIGHUP', listeners.SIGHUP);
  return {
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () => {
      clearTimeout(explain);
      process
        .off('SIGINT', listeners.SIGINT)
        .off('SIGTERM', listeners.SIGTERM)
        .off('SIGHUP', listeners.SIGHUP);
    },
  };
}
