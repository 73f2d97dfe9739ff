import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeEnvelope, END_OF_STREAM } from '../../../src/core/connect-envelope.ts';
import { encodeProcessEvent } from '../../../src/core/process-wire.ts';
import { openHttpClient } from '../../../src/sandbox/http-request.ts';
import { startProcess } from '../../../src/sandbox/process-client.ts';

const STARTED = encodeEnvelope(0, encodeProcessEvent({ type: 'start', pid: 7 }));
const EXITED = encodeEnvelope(
  0,
  encodeProcessEvent({ type: 'end', exitCode: 0, exited: true, status: 'exit status 0', error: '' }),
);
const TRAILER = encodeEnvelope(END_OF_STREAM, Buffer.from('{}'));

let server: Server;
let connections = 0;
beforeEach(async () => {
  connections = 0;
  server = createServer((_request, response) => {
    response.write(STARTED);
    response.write(EXITED);
    // As over a network: the end of the stream comes after the exit.
    setTimeout(() => response.end(TRAILER), 30);
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('runs that follow one another share a connection, though nobody waits for the end of the stream', async () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const endpoint = { sandboxId: 'sb1', url: `http://127.0.0.1:${port}`, headers: {} };
  const client = openHttpClient();
  for (let round = 0; round < 3; round++) {
    const spec = { cmd: 'node', args: [], envs: {}, hasStdin: false, timeoutMs: 0 };
    const { events } = await startProcess(client, endpoint, spec);
    for await (const event of events) if (event.type === 'exited') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  client.destroy();

  expect(connections).toBe(1);
});
