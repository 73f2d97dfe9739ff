import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { COMPRESSED, EnvelopeDecoder, encodeEnvelope } from '../../src/core/connect-envelope.ts';
import type { TestAgent } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';

/** Calls that a client has zipped, as Connect allows it to. */
let agent: TestAgent;
useAgent((opened) => ({ agent } = opened));

const zip = (message: object): Buffer => gzipSync(JSON.stringify(message));

function call(body: Buffer, coding: string) {
  return agent.ask('/filesystem.Filesystem/MakeDir', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': coding },
    body,
  });
}

async function stream(body: Buffer, headers: Record<string, string>): Promise<string> {
  const answer = await agent.ask('/process.Process/Start', {
    method: 'POST',
    headers: { 'content-type': 'application/connect+json', ...headers },
    body,
  });
  const envelopes = new EnvelopeDecoder(100_000).push(answer.body);
  return envelopes.map(({ payload }) => payload.toString()).join('\n');
}

test('a zipped call is understood; a broken one, one in another coding and a bomb are refused', async () => {
  const good = await call(zip({ path: 'zipped' }), 'gzip');
  const broken = await call(Buffer.from('no gzip'), 'gzip');
  const foreign = await call(zip({ path: 'zipped2' }), 'zstd');
  const bomb = await call(gzipSync(Buffer.alloc(80_000_000, 32)), 'gzip');

  const codes = [broken, foreign, bomb].map(({ body }) => JSON.parse(String(body)).code);
  expect(JSON.parse(String(good.body)).entry).toMatchObject({ name: 'zipped' });
  expect(codes).toEqual(['invalid_argument', 'unimplemented', 'resource_exhausted']);
});

test('a zipped message of a stream is understood when its coding is named', async () => {
  const message = encodeEnvelope(COMPRESSED, zip({ process: { cmd: 'echo', args: ['hei'] } }));

  const named = await stream(message, { 'connect-content-encoding': 'gzip' });
  const unnamed = await stream(message, {});

  expect(named).toContain(Buffer.from('hei\n').toString('base64'));
  expect(unnamed).toContain('unimplemented');
});
