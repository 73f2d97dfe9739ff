import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RESET_REFUSED } from '../core/mux.ts';

/** A program may listen on one of the two only. */
const LOOPBACKS = ['127.0.0.1', '::1'] as const;

/** Joins a channel to a port of this sandbox. The channel is reset when nothing listens there. */
export function forwardToPort(channel: Duplex, port: number): void {
  connectTo(LOOPBACKS[0], { channel, port }, () => {
    connectTo(LOOPBACKS[1], { channel, port }, () => channel.destroy(new Error(RESET_REFUSED)));
  });
}

function connectTo(
  host: string,
  { channel, port }: { readonly channel: Duplex; readonly port: number },
  onRefused: () => void,
): void {
  if (channel.destroyed) return;
  const socket = connect({ port, host, allowHalfOpen: true });
  const giveUp = (): void => {
    socket.destroy();
  };
  channel.once('close', giveUp);
  const refuse = (): void => {
    channel.off('close', giveUp);
    onRefused();
  };
  socket.once('error', refuse);
  socket.once('connect', () => {
    socket.off('error', refuse);
    join(channel, socket);
  });
}

function join(channel: Duplex, socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', (error) => channel.destroy(error));
  socket.once('close', (hadError) => {
    if (hadError || !channel.readableEnded) channel.destroy();
  });
  channel.pipe(socket);
  socket.pipe(channel);
}
