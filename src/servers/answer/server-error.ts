import {
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { errnoOf, IrisError } from '../../core/errors.ts';

/** Words why a server could not be reached. What a process said by itself may hold secrets and is left out. */
export function connectionError(name: string, thrown: unknown): IrisError {
  if (thrown instanceof IrisError) return thrown;
  if (isUnauthorized(thrown)) {
    return new IrisError('AUTH_REJECTED', `The MCP server ${name} wants a token`, {
      hint: 'Give it one by a header: headers: { Authorization: "Bearer ${NAME}" }. iris does not sign in for you.',
      cause: thrown,
    });
  }
  return new IrisError('IRIS_UNAVAILABLE', `The MCP server ${name} cannot be reached: ${reasonOf(thrown)}`, {
    hint: `See what it says itself with: iris types ${name}`,
    cause: thrown,
  });
}

/** Words why a call did not come to an answer. */
export function callError(tool: string, thrown: unknown): IrisError {
  if (thrown instanceof IrisError) return thrown;
  if (thrown instanceof ProtocolError) {
    const invalidParams: number = ProtocolErrorCode.InvalidParams;
    const isInput = thrown.code === invalidParams;
    return new IrisError(isInput ? 'IRIS_INVALID_ARGUMENT' : 'TOOL_FAILED', `${tool}: ${thrown.message}`, {
      cause: thrown,
    });
  }
  const isLate = thrown instanceof SdkError && thrown.code === SdkErrorCode.RequestTimeout;
  const what = isLate ? 'did not answer in time' : `did not answer: ${reasonOf(thrown)}`;
  return new IrisError('IRIS_UNAVAILABLE', `${tool} ${what}`, {
    hint: 'It may have done what it was asked for. Look before you call it again.',
    cause: thrown,
  });
}

/** Tells whether a server answered that it does not speak the older protocol. */
export function isOtherEra(thrown: unknown): boolean {
  return thrown instanceof ProtocolError;
}

/** Tells whether a server answered as one that only knows the older way over HTTP. */
export function isOtherTransport(thrown: unknown): boolean {
  const status = statusOf(thrown);
  return status !== undefined && [400, 404, 405, 406, 415].includes(status);
}

function isUnauthorized(thrown: unknown): boolean {
  return thrown instanceof UnauthorizedError || [401, 403].includes(statusOf(thrown) ?? 0);
}

function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof SdkHttpError ? thrown.status : undefined;
}

function reasonOf(thrown: unknown): string {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    const errno = errnoOf(cause);
    if (errno === 'ENOENT') return 'there is no such program';
    if (errno === 'ECONNREFUSED') return 'nobody listens there';
    if (errno === 'ENOTFOUND') return 'its host is not known';
  }
  const [line = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n');
  return line.slice(0, 300);
}
