import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { E2B } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

/** Programs in a sandbox that serve HTTPS themselves, behind a host that clients speak plain HTTP to. */
let host: EmbeddedHost;
let state: TempDir;
let e2b: E2B;
let certificate: { key: string; cert: string };

beforeAll(async () => {
  state = await tempDir();
  host = await openRealHost({ stateDir: state.path, isolation: () => chooseIsolation({ wanted: 'auto' }) });
  e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  certificate = makeCertificate(state.path);
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await state[Symbol.asyncDispose]();
});

function makeCertificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = `req -x509 -newkey rsa:2048 -nodes -subj /CN=box -days 2 -keyout ${key} -out ${cert}`;
  execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

const SERVER = `const { readFileSync: read } = require('fs');
const options = { key: read('key.pem'), cert: read('cert.pem') };
require('https').createServer(options, (q, r) => r.end('secure ' + q.url)).listen(3443, () => console.log('up'));`;

test('a port of httpsPorts is reached by TLS, also after a pause; others are spoken to plainly', async () => {
  const sandbox = await e2b.Sandbox.create({ network: { httpsPorts: [3443, 3444] } });
  await sandbox.files.write([
    { path: 'key.pem', data: certificate.key },
    { path: 'cert.pem', data: certificate.cert },
    { path: 'server.cjs', data: SERVER },
  ]);
  const start = async (): Promise<void> => {
    let said = '';
    await sandbox.commands.run('node server.cjs', {
      background: true,
      onStdout: (text) => void (said += text),
    });
    await until('the server', () => said.includes('up'));
  };
  const ask = (port: number) =>
    fetch(`${host.url}/page`, {
      headers: { 'e2b-sandbox-id': sandbox.sandboxId, 'e2b-sandbox-port': String(port) },
    });

  await start();
  const secure = await ask(3443);
  const closed = await ask(3444);
  await sandbox.updateNetwork({});
  await sandbox.pause({ keepMemory: false });
  await sandbox.connect();
  await start();
  const again = await ask(3443);

  expect([secure.status, await secure.text()]).toEqual([200, 'secure /page']);
  expect([closed.status, await closed.json()]).toEqual([
    502,
    expect.objectContaining({ message: 'The sandbox is running but port is not open' }),
  ]);
  expect(await again.text()).toBe('secure /page');
  expect((await sandbox.getInfo()).network?.httpsPorts).toEqual([3443, 3444]);
  await sandbox.kill();
});
