import { expect, test } from 'vitest';
import { targetOf } from '../../../../src/host/proxy/target.ts';

test('targetOf() reads the headers of the SDK; the port is that of envd unless told', () => {
  expect(targetOf({ 'e2b-sandbox-id': 'iabc' })).toEqual({
    type: 'sandbox',
    sandboxId: 'iabc',
    port: 49_983,
  });
  expect(targetOf({ 'e2b-sandbox-id': 'iabc', 'e2b-sandbox-port': '49999' })).toMatchObject({ port: 49_999 });
});

test.each([
  '3000-iabc.localhost',
  '3000-iabc.localhost:4000',
  '3000-IABC.LocalHost:4000',
  '3000-iabc.example.com',
])('targetOf() reads the name %s', (host) => {
  expect(targetOf({ host })).toEqual({ type: 'sandbox', sandboxId: 'iabc', port: 3000 });
});

test.each(['localhost:4000', '127.0.0.1', 'x-iabc.localhost', '3000-iabc', '3000-i/abc.localhost'])(
  'targetOf() takes %s for the host itself',
  (host) => {
    expect(targetOf({ host })).toEqual({ type: 'host' });
  },
);

test.each(['0', '65536', 'x', '1.5', ''])('targetOf() refuses port %j', (port) => {
  expect(targetOf({ 'e2b-sandbox-id': 'iabc', 'e2b-sandbox-port': port }).type).toBe('malformed');
});
