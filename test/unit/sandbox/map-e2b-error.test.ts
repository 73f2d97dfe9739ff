import {
  AuthenticationError,
  NotFoundError,
  RateLimitError,
  SandboxError,
  ServiceBusyError,
  TimeoutError,
} from '@e2b/code-interpreter';
import { describe, expect, test } from 'vitest';
import { IrisError } from '../../../src/core/errors.ts';
import { mapE2bError } from '../../../src/sandbox/map-e2b-error.ts';

const fetchFailed = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });

describe('mapE2bError()', () => {
  test.for([
    ['a refused key', new AuthenticationError('401'), 'AUTH_REJECTED'],
    ['too many requests', new RateLimitError('429'), 'RATE_LIMITED'],
    ['a sandbox that is gone', new NotFoundError('Sandbox x not found'), 'SANDBOX_NOT_FOUND'],
    ['a time-out', new TimeoutError('slow'), 'SANDBOX_UNAVAILABLE'],
    ['any other failure of the SDK', new SandboxError('500: oops'), 'SANDBOX_UNAVAILABLE'],
    ['a host that is busy', new ServiceBusyError('busy'), 'SANDBOX_BUSY'],
    ['a broken connection', fetchFailed, 'SANDBOX_UNAVAILABLE'],
    ['what nobody knows', new RangeError('?'), 'INTERNAL'],
  ] as const)('names %s', ([, thrown, code]) => {
    expect(mapE2bError(thrown)).toMatchObject({ code, cause: thrown });
  });

  test('passes our own errors through as they are', () => {
    const own = new IrisError('CANCELLED', 'Cancelled');

    expect(mapE2bError(own)).toBe(own);
  });

  test('repeats what a host said on status 503 without the words that the SDK puts before it', () => {
    const busy = new ServiceBusyError('Service temporarily unavailable, please retry - The disk is full');

    expect(mapE2bError(busy).message).toBe('The sandbox host is not available: The disk is full');
  });

  test('says what happened to the connection, and to which host', () => {
    expect(mapE2bError(fetchFailed).message).toBe('The sandbox host cannot be reached: connect ECONNREFUSED');
  });

  test('keeps to the first line of a message', () => {
    expect(mapE2bError(new NotFoundError('first\nsecond')).message).toBe('first');
  });
});
