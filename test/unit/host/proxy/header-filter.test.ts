import { expect, test } from 'vitest';
import { requestHeadersFor, responseHeadersFor } from '../../../../src/host/proxy/header-filter.ts';

test('requestHeadersFor() drops what is for the host and for this connection, and keeps the rest as written', () => {
  const raw = ['Host', 'x', 'X-API-Key', 'key', 'Cookie', 'a=token; b', 'E2b-Sandbox-Id', 'i', 'X-Mine', '1'];
  const hops = [
    'Connection',
    'x-hop',
    'X-Hop',
    'h',
    'TE',
    'trailers',
    'Transfer-Encoding',
    'chunked',
    'Expect',
    '100',
  ];

  expect(requestHeadersFor([...raw, ...hops], { connection: 'x-hop', secrets: ['key', 'token'] })).toEqual([
    'Host',
    'x',
    'X-Mine',
    '1',
  ]);
});

test('responseHeadersFor() keeps repeated headers apart', () => {
  const raw = ['Set-Cookie', 'a', 'set-cookie', 'b', 'Keep-Alive', 'timeout=5', 'Upgrade', 'x'];

  expect(responseHeadersFor(raw, { connection: 'keep-alive' })).toEqual([
    'Set-Cookie',
    'a',
    'set-cookie',
    'b',
  ]);
});
