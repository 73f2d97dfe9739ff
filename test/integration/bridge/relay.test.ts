import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BridgeTable } from '../../../src/bridge/bridge-table.ts';
import { RelayLink, type RelayProcess } from '../../../src/bridge/relay-link.ts';
import { tempDir } from '../../support/temp-dir.ts';

const RELAY = fileURLToPath(new URL('../../../dist/bridge/relay.mjs', import.meta.url));

test('answers', async () => {
  await using dir = await tempDir();
  const bridges = new BridgeTable(console.log);
  const bridge = bridges.open({
    door: {
      call: async ({ name }) => ({ name }),
      list: async () => [],
      search: async () => [],
      describe: async () => ({ name: '', title: '', text: '', effect: 'read', input: {}, output: {} }),
    },
  });
  const path = join(dir.path, 'b.sock');
  await using _link = new RelayLink({
    start: async () => startLocally(path),
    onConnection: (connection) => bridges.accept(connection),
    logger: console.log,
  });
  await new Promise((r) => setTimeout(r, 500));
  const socket = connect(path);
  socket.write(`${JSON.stringify({ method: 'hello', params: { version: 1, token: bridge.token } })}\n`);
  socket.write(
    `${JSON.stringify({ id: 'a:1', method: 'tools/call', params: { name: 'x', arguments: {} } })}\n`,
  );
  for await (const line of createInterface({ input: socket })) {
    expect(line).toContain('"x"');
    break;
  }
});

function startLocally(path: string): RelayProcess {
  const child = spawn(process.execPath, [RELAY, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  return {
    output: child.stdout,
    send: (bytes) =>
      new Promise((resolve, reject) =>
        child.stdin.write(bytes, (error) => (error ? reject(error) : resolve())),
      ),
    kill: async () => void child.kill('SIGKILL'),
  };
}
