import { createServer, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { E2B } from '@e2b/code-interpreter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { until } from '../support/until.ts';

/** An address of this machine that is not loopback: what a sandbox must not reach unless it is named. */
const OWN = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

let host: EmbeddedHost;
let e2b: E2B;
let site: { readonly port: number; readonly connections: () => number; close(): void };

beforeAll(async () => {
  host = await openRealHost();
  e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  const server = createServer((request, response) => {
    response.end(`${request.method} ${request.url} for ${request.headers.host}\n`);
  });
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  site = {
    port: portOf(server.address()),
    connections: () => open,
    close: () => server.close(),
  };
});
afterAll(async () => {
  site.close();
  await host[Symbol.asyncDispose]();
});

function portOf(address: ReturnType<Server['address']>): number {
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const create = (options: object = {}) => e2b.Sandbox.create({ timeoutMs: 60_000, ...options });
const allowOwn = { allowOut: [OWN ?? ''], denyOut: ['0.0.0.0/0'] };

describe.skipIf(OWN === undefined)('the way out of a sandbox', () => {
  test('is closed unless it is asked for, and the host says so', async () => {
    const sandbox = await create();

    const result = await sandbox.commands.run(`curl -sS -m 5 http://${OWN}:${site.port}/; echo $HTTP_PROXY`);
    const { allowInternetAccess } = await sandbox.getInfo();

    expect(result.stdout).toBe('\n');
    expect(allowInternetAccess).toBe(false);
    await sandbox.kill();
  });

  test('leads to what the policy names, for curl and for plain Node', async () => {
    const sandbox = await create({ network: allowOwn });
    const url = `http://${OWN}:${site.port}/page`;
    await sandbox.files.write(
      'fetch.mjs',
      `import http from 'node:http'; import net from 'node:net';
console.log((await (await fetch('${url}')).text()).trim());
http.get('${url}', (answer) => answer.pipe(process.stdout));
const socket = net.connect(${site.port}, '${OWN}', () => socket.write('GET /raw HTTP/1.0\\r\\n\\r\\n'));
socket.on('data', (bytes) => console.log(String(bytes).split('\\r\\n').at(-1).trim()));`,
    );

    const curl = await sandbox.commands.run(
      `curl -sS ${url}; curl -sS -x $ALL_PROXY ${url}; curl -sS -p ${url}`,
    );
    const node = await sandbox.commands.run('node fetch.mjs');

    const line = `GET /page for ${OWN}:${site.port}`;
    expect(curl.stdout).toBe(`${line}\n${line}\n${line}\n`);
    expect(node.stdout.trim().split('\n').toSorted()).toEqual([line, line, 'GET /raw for undefined']);
    await sandbox.kill();
  });

  test('does not lead to this machine, its networks or the metadata service, however they are spelt', async () => {
    const sandbox = await create({ allowInternetAccess: true });
    const places = [
      `${OWN}:${site.port}`,
      `127.0.0.1:${site.port}`,
      `localhost:${site.port}`,
      '169.254.169.254',
      '[::1]:80',
      '[::ffff:127.0.0.1]:80',
      '10.0.0.1',
      '0.0.0.0',
      '2130706433',
    ];

    const tries = places.map(
      (place) => `curl -s -m 5 --noproxy '' -x $HTTP_PROXY -o /dev/null -w '%{http_code} ' http://${place}/`,
    );
    const result = await sandbox.commands.run(tries.join(';'));

    expect(result.stdout.trim().split(' ')).toEqual(places.map(() => '403'));
    await sandbox.kill();
  });

  test('tells a Node program why it is closed', async () => {
    const sandbox = await create({ allowInternetAccess: true });
    await sandbox.files.write(
      'try.mjs',
      `import net from 'node:net';
net.connect(80, '10.1.2.3').on('error', (error) => console.log(error.code, error.message));
try { await fetch('http://169.254.169.254/'); } catch (error) { console.log(error.cause.code); }`,
    );

    const result = await sandbox.commands.run('node try.mjs');

    expect(result.stdout).toContain('EACCES connect EACCES 10.1.2.3:80 - the network policy');
    expect(result.stdout.trim().split('\n')).toHaveLength(2);
    await sandbox.kill();
  });

  test('opens and closes while the sandbox runs, and cuts what was open', async () => {
    const sandbox = await create();
    const visit = () => sandbox.commands.run(`curl -s -m 5 http://${OWN}:${site.port}/ || echo no`);

    const before = await visit();
    await sandbox.updateNetwork(allowOwn);
    const during = await visit();
    await sandbox.files.write(
      'hold.mjs',
      `import net from 'node:net'; net.connect(${site.port}, '${OWN}', () => console.log('in')).on('close', () => console.log('cut')).on('error', () => {});`,
    );
    let said = '';
    await sandbox.commands.run('node hold.mjs', {
      background: true,
      onStdout: (text) => void (said += text),
    });
    await until('the connection', () => said.includes('in'));
    await sandbox.updateNetwork({ denyOut: ['0.0.0.0/0'] });
    await until('the cut', () => said.includes('cut'));
    const after = await visit();

    expect(before.stdout).toBe('no\n');
    expect(during.stdout).toContain('GET /');
    expect(after.stdout).toContain('The network policy of this sandbox does not allow');
    await sandbox.kill();
  });

  test('leaves no connection behind when the sandbox is killed', async () => {
    const sandbox = await create({ network: allowOwn });
    await sandbox.commands.run(
      `node -e "for (let i = 0; i < 400; i++) require('net').connect(${site.port}, '${OWN}').on('error', () => {}); setInterval(() => {}, 1000)"`,
      { background: true },
    );
    await until('connections', () => site.connections() > 100);

    const atMost = site.connections();
    await sandbox.kill();

    expect(atMost).toBeLessThanOrEqual(256);
    await until('none to be left', () => site.connections() === 0);
  });

  test.for([
    [{ allowOut: ['example.com'] }, 'ALL_TRAFFIC'],
    [{ allowOut: ['http://example.com'], denyOut: ['0.0.0.0/0'] }, 'neither a host name nor an address'],
    [{ allowOut: ['10.0.0.0/99'] }, 'neither a host name nor an address'],
    [{ denyOut: ['example.com'] }, 'only addresses can be denied'],
  ] as const)('refuses %j at the creation', async ([network, words]) => {
    const body = JSON.stringify({ templateID: 'base', network });

    const response = await fetch(`${host.url}/v2/sandboxes`, {
      method: 'POST',
      headers: { 'x-api-key': host.apiKey, 'content-type': 'application/json' },
      body,
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 400, message: expect.stringContaining(words) });
  });
});
