import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { failure, type Reply } from '../http/reply.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { responseHeadersFor } from './header-filter.ts';
import { joinStreams } from '../http/join-streams.ts';
import { passBack, refuse } from './pass-back.ts';
import { sandboxNotFound, upstreamFailed } from './proxy-replies.ts';

/** How long a program may think about an upgrade; nothing else would end one that both sides forget. */
const HANDSHAKE_TIMEOUT_MS = 60_000;

interface HandshakeParts {
  readonly socket: Socket;
  /** An ordinary answer on `socket`, for all cases but success. */
  readonly response: ServerResponse;
  readonly upstream: ClientRequest;
  readonly sandbox: LiveSandbox;
  /** The one that the client has asked for. */
  readonly protocol: string;
}

/** The time between a client's wish for another protocol and the program's answer. */
export class UpgradeHandshake {
  readonly #parts: HandshakeParts;
  readonly #timer: NodeJS.Timeout;
  #offEnd = (): unknown => undefined;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
    const { socket, sandbox } = parts;
    this.#timer = setTimeout(() => this.refuse(failure(504, 'No answer in time')), HANDSHAKE_TIMEOUT_MS);
    socket.on('readable', this.#look).on('end', this.#leave).on('close', this.#leave);
    this.#offEnd = sandbox.onEnd(() => this.refuse(sandboxNotFound(sandbox.id)));
  }

  /** Ends the matter with an answer of the host; a client that has part of another one sees a reset. */
  refuse(reply: Reply): void {
    const { response, upstream } = this.#parts;
    this.#settle();
    refuse(response, reply);
    upstream.destroy();
  }

  /** The program answers as if nobody had asked for another protocol. */
  decline(incoming: IncomingMessage): void {
    const { socket, response } = this.#parts;
    clearTimeout(this.#timer);
    socket.off('readable', this.#look).resume();
    incoming.once('close', () => this.#settle());
    passBack(incoming, response);
  }

  /** From here on the two ends speak the other protocol. */
  accept(incoming: IncomingMessage, channel: Duplex): void {
    const { socket, response, protocol } = this.#parts;
    if (incoming.headers.upgrade?.toLowerCase() !== protocol.toLowerCase()) {
      channel.destroy();
      return this.refuse(upstreamFailed('The sandbox changed to another protocol than it was asked for'));
    }
    this.#settle();
    response.detachSocket(socket);
    socket.write(switchingHead(incoming, protocol), 'latin1');
    joinStreams(socket, channel);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#offEnd();
    this.#parts.socket.off('readable', this.#look).off('end', this.#leave).off('close', this.#leave);
  }

  /** Nobody reads the socket yet, so the client's end shows only to who asks. Its bytes stay for later. */
  readonly #look = (): void => {
    const { socket } = this.#parts;
    if (socket.readableLength === 0) socket.read();
  };

  readonly #leave = (): void => {
    this.#settle();
    this.#parts.upstream.destroy();
    this.#parts.socket.destroy();
  };
}

function switchingHead(incoming: IncomingMessage, protocol: string): string {
  const headers = responseHeadersFor(incoming.rawHeaders, { connection: incoming.headers.connection });
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', `Upgrade: ${protocol}`];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    lines.push(`${headers[index] ?? ''}: ${headers[index + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
