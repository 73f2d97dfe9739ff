import type { RunEvent } from '../contract/run-event.ts';
import { toIrisError } from '../core/errors.ts';
import { maskError, maskText } from '../core/mask.ts';

/** Passes a run on, with these values taken out of what iris says; what the script writes is its own. */
export async function* maskRun(
  events: AsyncIterable<RunEvent>,
  values: readonly string[],
): AsyncGenerator<RunEvent, void> {
  try {
    for await (const event of events) yield values.length === 0 ? event : masked(event, values);
  } catch (thrown) {
    throw values.length === 0 ? thrown : maskError(toIrisError(thrown), values);
  }
}

function masked(event: RunEvent, values: readonly string[]): RunEvent {
  if (event.type === 'phase') return { ...event, text: maskText(event.text, values) };
  if (event.type !== 'notice') return event;
  const { text, hint } = event;
  return { ...event, text: maskText(text, values), hint: hint === undefined ? hint : maskText(hint, values) };
}
