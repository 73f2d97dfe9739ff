import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { toIrisError } from '../../core/errors.ts';
import type { WayOut } from './way-out.ts';

export const SOCKS_VERSION = 5;

const NO_AUTHENTICATION = 0;
const NONE_ACCEPTABLE = 0xff;
const CONNECT = 1;
const ADDRESS_BYTES = { v4: 1, name: 3, v6: 4 } as const;
/** RFC 1928, section 6. */
const REPLY = {
  succeeded: 0,
  failed: 1,
  notAllowed: 2,
  hostUnreachable: 4,
  refused: 5,
  badCommand: 7,
  badAddress: 8,
} as const;
const HANDSHAKE_TIMEOUT_MS = 30_000;

/** Speaks SOCKS5 (RFC 1928), CONNECT alone and without authentication: only programs of the sandbox get here. */
export async function serveSocks(channel: Duplex, way: WayOut): Promise<void> {
  const timer = setTimeout(() => channel.destroy(), HANDSHAKE_TIMEOUT_MS).unref();
  try {
    const [, methodCount = 0] = await readBytes(channel, 2);
    const methods = await readBytes(channel, methodCount);
    if (!methods.includes(NO_AUTHENTICATION))
      return void channel.end(Buffer.from([SOCKS_VERSION, NONE_ACCEPTABLE]));
    channel.write(Buffer.from([SOCKS_VERSION, NO_AUTHENTICATION]));
    const [, command, , kind = 0] = await readBytes(channel, 4);
    if (command !== CONNECT) return refuse(channel, REPLY.badCommand);
    const host = await readAddress(channel, kind);
    if (host === undefined) return refuse(channel, REPLY.badAddress);
    const port = (await readBytes(channel, 2)).readUInt16BE(0);
    clearTimeout(timer);
    const outside = await way.connect(host, port);
    if (channel.destroyed) return void outside.destroy();
    channel.write(reply(REPLY.succeeded));
    way.join(channel, outside);
  } catch (thrown) {
    refuse(channel, replyFor(thrown));
  } finally {
    clearTimeout(timer);
  }
}

async function readAddress(channel: Duplex, kind: number): Promise<string | undefined> {
  switch (kind) {
    case ADDRESS_BYTES.v4:
      return (await readBytes(channel, 4)).join('.');
    case ADDRESS_BYTES.v6: {
      const bytes = await readBytes(channel, 16);
      return Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':');
    }
    case ADDRESS_BYTES.name: {
      const [length = 0] = await readBytes(channel, 1);
      return (await readBytes(channel, length)).toString('latin1');
    }
    default:
      return undefined;
  }
}

/** Exactly so many bytes. Throws when the channel ends first. */
async function readBytes(channel: Duplex, count: number): Promise<Buffer> {
  if (count === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes: unknown = channel.read(count);
    if (Buffer.isBuffer(bytes) && bytes.length === count) return bytes;
    if (channel.readableEnded || channel.destroyed || Buffer.isBuffer(bytes))
      throw new Error('It ended too early');
    await Promise.race([once(channel, 'readable'), once(channel, 'close')]);
  }
}

function replyFor(thrown: unknown): number {
  const { code } = toIrisError(thrown);
  if (code === 'AUTH_REJECTED') return REPLY.notAllowed;
  if (code === 'FILE_NOT_FOUND') return REPLY.hostUnreachable;
  return code === 'SANDBOX_UNAVAILABLE' ? REPLY.refused : REPLY.failed;
}

function refuse(channel: Duplex, code: number): void {
  if (!channel.destroyed) channel.end(reply(code));
}

/** The address in it has no meaning behind a proxy. */
function reply(code: number): Buffer {
  return Buffer.from([SOCKS_VERSION, code, 0, ADDRESS_BYTES.v4, 0, 0, 0, 0, 0, 0]);
}
