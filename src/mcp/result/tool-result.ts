import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ServedContract } from '../../contract/mcp/served-contract.ts';
import { IrisError, toIrisError } from '../../core/errors.ts';
import { invalidInput, isInvalidInput } from '../../tools/toolbox/invalid-input.ts';

/**
 * An answer as MCP carries it.
 *
 * Some clients show a model the structured content only, and others the text only: both say the same.
 */
export function toToolResult(answer: unknown): CallToolResult {
  const structuredContent = withHint(isObject(answer) ? answer : { value: answer });
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}

/** A failure as MCP carries it: an answer for the model, with what it can do about it. */
export function toErrorResult(thrown: unknown, contract: ServedContract): CallToolResult {
  const { code, message, hint, retryable, details } = toShownError(thrown, contract).toJSON();
  const error = { code, message, hint, retryable, parameters: details?.['parameters'] };
  return {
    content: [{ type: 'text', text: JSON.stringify({ error }) }],
    structuredContent: { error },
    isError: true,
  };
}

/** Only what iris itself says goes to a model: other texts may hold secrets, or orders of a stranger. */
function toShownError(thrown: unknown, contract: ServedContract): IrisError {
  if (isInvalidInput(thrown)) return invalidInput(contract, thrown);
  const error = toIrisError(thrown);
  if (error.code !== 'INTERNAL') return error;
  return new IrisError('INTERNAL', `${contract.name} failed inside iris`, {
    hint: 'This is a bug in iris. What happened is on the standard error of iris mcp serve and in: iris daemon logs',
  });
}

/** A list that goes on says how, inside the answer: it is all that some models see. */
function withHint(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { nextCursor } = answer;
  if (typeof nextCursor !== 'string' || 'hint' in answer) return { ...answer };
  return {
    ...answer,
    hint: 'There is more: call again with the same arguments and cursor set to nextCursor.',
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
