import type { ErrorJson } from '../core/errors.ts';

/** Where in a script a call was made. */
export interface CallPlace {
  readonly stack?: string;
}

/** An error as the tools tell of it; other MCP servers have codes of their own. */
export type ToolErrorFacts = Omit<ErrorJson, 'code'> & { readonly code: string };

/**
 * A tool refused a call or failed: `message` says what happened, `hint` what to do next, and `details` has, for a wrong
 * input, the valid parameters.
 *
 * @example
 * try {
 *   await iris.getPrompt('reviw');
 * } catch (error) {
 *   if (error instanceof IrisToolError && error.code === 'IRIS_NOT_FOUND') console.log(error.hint);
 * }
 */
export class IrisToolError extends Error {
  override readonly name = 'IrisToolError';
  readonly code: string;
  readonly hint: string | undefined;
  /** Whether the same call may work later. */
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor({ code, message, hint, retryable, details }: ToolErrorFacts, place?: CallPlace) {
    super(hint === undefined ? message : `${message}. ${hint}`);
    // The answer comes from the event loop; of use is where the call was made.
    if (place?.stack !== undefined) this.stack = `${this.name}: ${this.message}\n${framesOf(place.stack)}`;
    this.code = code;
    this.hint = hint;
    this.retryable = retryable;
    this.details = details;
  }
}

/** Notes the place of a call, from the caller of `method` on. */
export function placeOfCall(method: (...given: never[]) => unknown): CallPlace {
  const place: CallPlace = {};
  Error.captureStackTrace(place, method);
  return place;
}

function framesOf(stack: string): string {
  return stack.slice(stack.indexOf('\n') + 1);
}
