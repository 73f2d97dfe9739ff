import { inspect } from 'node:util';
import { send } from './kernel-output.ts';

const FRAME = /\n {4}at /;

/** Tells what a cell has thrown. */
export function sendError(error: unknown): void {
  const isInterrupt = Reflect.get(Object(error), 'code') === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
  const shown = safely(() => inspect(error), 'An error that cannot be shown');
  if (isInterrupt) {
    send({ type: 'error', name: 'Interrupted', value: 'The cell was interrupted', traceback: shown });
    return;
  }
  send({
    type: 'error',
    // As E2B's kernel does: what is no error is named by its type.
    name: textField(error, 'name') ?? typeof error,
    value: textField(error, 'message') ?? (error instanceof Error ? '' : shown),
    traceback: error instanceof Error ? tracebackOf(error, shown) : shown,
  });
}

/** Node puts an error without frames in brackets. */
function tracebackOf(error: Error, shown: string): string {
  return FRAME.test(shown) ? shown : (textField(error, 'stack') ?? shown);
}

/** What was thrown may hold anything, or fail, in place of its texts. */
function textField(error: unknown, field: 'name' | 'message' | 'stack'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  return safely(() => {
    const value: unknown = Reflect.get(error, field);
    if (value === undefined || value === '') return undefined;
    return typeof value === 'string' ? value : inspect(value);
  }, undefined);
}

function safely<Value>(read: () => Value, fallback: Value): Value {
  try {
    return read();
  } catch {
    return fallback;
  }
}
