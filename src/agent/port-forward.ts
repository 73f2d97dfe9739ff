import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { RESET_REFUSED } from '../core/mux.ts';

/** Joins a channel to a port of this sandbox. The channel is reset when nothing listens there. */
export function forwardToPort(channel: Duplex, port: number): void {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let isConnected = false;
  socket.once('connect', () => {
    isConnected = true;
    socket.setNoDelay(true);
    channel.pipe(socket);
    socket.pipe(channel);
  });
  socket.on('error', (error) => channel.destroy(isConnected ? error : new Error(RESET_REFUSED)));
  socket.once('close', (hadError) => {
    if (hadError || !channel.readableEnded) channel.destroy();
  });
  channel.once('close', () => socket.destroy());
}
