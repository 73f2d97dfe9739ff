import { expect, test } from 'vitest';
import { signalOfStatus, signalStatus } from '../../../src/core/signal-status.ts';

test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGSEGV', 'SIGVTALRM'])(
  'The status of %s tells the signal',
  (signal) => {
    expect(signalOfStatus(signalStatus(signal))).toBe(signal);
  },
);

test('signalStatus() speaks as envd does', () => {
  expect(signalStatus('SIGKILL')).toBe('signal: killed');
});

test('signalOfStatus() reads a core dump too, and nothing into an exit code', () => {
  expect(signalOfStatus('signal: segmentation fault (core dumped)')).toBe('SIGSEGV');
  expect(signalOfStatus('exit status 137')).toBeUndefined();
});
