import type { ErrorJson } from '../core/errors.ts';

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

  constructor({ code, message, hint, retryable, details }: ToolErrorFacts) {
    super(hint === undefined ? message : `${message}. ${hint}`);
    this.code = code;
    this.hint = hint;
    this.retryable = retryable;
    this.details = details;
  }
}
