import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { toIrisError } from '../../core/errors.ts';

/** A failure as the protocol carries it where there is no answer to put it into. */
export function toProtocolError(thrown: unknown): ProtocolError {
  const { code, message, hint } = toIrisError(thrown);
  if (code === 'INTERNAL') return new ProtocolError(ProtocolErrorCode.InternalError, 'iris failed inside');
  const isOurs = code.startsWith('IRIS_') && code !== 'IRIS_UNAVAILABLE';
  const number = isOurs ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  return new ProtocolError(number, hint === undefined ? message : `${message}. ${hint}`, { code });
}
