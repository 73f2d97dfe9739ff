import type { EmbeddedHost } from '../../src/host/host.ts';
import { sandboxHeaders, type Access } from './host.ts';

/** Starts a Node program in a real sandbox and resolves when it has begun; it ends with the sandbox. */
export async function runInSandbox(host: EmbeddedHost, access: Access, script: string): Promise<void> {
  const json = Buffer.from(JSON.stringify({ process: { cmd: 'node', args: ['-e', script] } }));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(json.length, 1);
  const reply = await fetch(`${host.url}/process.Process/Start`, {
    method: 'POST',
    headers: {
      ...sandboxHeaders(access),
      'content-type': 'application/connect+json',
      'connect-protocol-version': '1',
    },
    body: Buffer.concat([head, json]),
  });
  await reply.body?.getReader().read();
}
