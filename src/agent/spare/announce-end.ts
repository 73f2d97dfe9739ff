import { writeSync } from 'node:fs';
import { SPARE_JOB_FD } from './spare-job.ts';

/** Node prints a warning for it after the last listener has run. */
const UNSETTLED_EXIT = 13;

type Call = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Tells the agent the exit code once the script's last listener has run, where nothing can be printed any more:
 * after a natural end and after process.exit(), but not after an uncaught error, which Node prints later than that.
 */
export function announceEnd(): void {
  let lastEvent: unknown;
  let hasTold = false;
  const tell = (code: unknown): void => {
    if (hasTold || code === UNSETTLED_EXIT || typeof code !== 'number') return;
    hasTold = true;
    try {
      writeSync(SPARE_JOB_FD, `${code & 0xff}\n`);
    } catch {
      // The agent learns the code from the kernel as well, only later.
    }
  };
  wrap('emit', (emit, args) => {
    const isNaturalEnd = args[0] === 'exit' && lastEvent === 'beforeExit';
    lastEvent = args[0];
    const hadListeners = Reflect.apply(emit, process, args);
    if (isNaturalEnd) tell(process.exitCode ?? 0);
    return hadListeners;
  });
  wrap('reallyExit', (reallyExit, args) => {
    tell(args[0] ?? 0);
    return Reflect.apply(reallyExit, process, args);
  });
}

function wrap(name: 'emit' | 'reallyExit', around: (original: Call, args: unknown[]) => unknown): void {
  const original: unknown = Reflect.get(process, name);
  if (!isCall(original)) return;
  const wrapped = (...args: unknown[]): unknown => around(original, args);
  Object.defineProperty(process, name, {
    value: wrapped,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

function isCall(value: unknown): value is Call {
  return typeof value === 'function';
}
