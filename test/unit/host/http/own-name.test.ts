import { expect, test } from 'vitest';
import { isOwnName } from '../../../../src/host/http/own-name.ts';

test.each([
  'localhost',
  'LocalHost:4000',
  '127.0.0.1:4000',
  '192.168.1.7',
  '[::1]:4000',
  'box.example:4000',
  'api.box.example',
])('isOwnName() knows %s', (host) => {
  expect(isOwnName(host, 'box.example:4000')).toBe(true);
});

test.each([
  undefined,
  '',
  'evil.example',
  'localhost.evil.example',
  'notbox.example',
  '127.0.0.1.evil.example',
  '[evil]',
  '::1',
  'localhost:4000:1',
  'localhost.',
])('isOwnName() refuses %s', (host) => {
  expect(isOwnName(host, 'box.example:4000')).toBe(false);
});
