import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const KEEP_ALIVE_MS = 60_000;

/** Carries bytes between a client and a sandbox until both have said their end, or one of them is gone. */
export function joinStreams(client: Socket, channel: Duplex): void {
  client.setTimeout(0);
  client.setNoDelay(true);
  client.setKeepAlive(true, KEEP_ALIVE_MS);
  client.on('error', () => channel.destroy());
  client.once('close', () => channel.destroy());
  channel.on('error', () => client.resetAndDestroy());
  channel.once('close', () => {
    // An end that the program did not send must not look like one.
    if (!channel.readableEnded) client.resetAndDestroy();
  });
  client.pipe(channel);
  channel.pipe(client);
}
