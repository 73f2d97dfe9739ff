import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { Mux } from '../../core/mux.ts';

/** Idle channels kept for the next request, as browsers do per host. */
const MAX_FREE_CHANNELS = 8;

interface ChannelAgentOptions {
  readonly keepAlive: boolean;
  /** Ports that are spoken to by TLS. @default none */
  readonly tlsPorts?: ReadonlySet<number>;
}

/** Makes node:http speak over the channels of one sandbox instead of TCP. */
export class ChannelAgent extends Agent {
  readonly #mux: Mux;
  readonly #tlsPorts: ReadonlySet<number> | undefined;

  constructor(mux: Mux, { keepAlive, tlsPorts }: ChannelAgentOptions) {
    super({ keepAlive, maxFreeSockets: MAX_FREE_CHANNELS });
    this.#mux = mux;
    this.#tlsPorts = tlsPorts;
  }

  /** On a dead sandbox the channel fails by itself, when the request listens already. */
  override createConnection(options: ClientRequestArgs): Duplex {
    const port = Number(options.port);
    const channel = this.openChannel(port);
    return this.#tlsPorts?.has(port) === true ? overTls(channel) : channel;
  }

  /** A channel for whoever does without node:http. On a dead sandbox it fails by itself, later. */
  openChannel(port: number): Duplex {
    return this.#mux.open({ port });
  }
}

/** The way to the sandbox cannot be listened to, so its certificate, which is nobody's, need not be checked. */
function overTls(channel: Duplex): Duplex {
  const secure = connect({ socket: channel, rejectUnauthorized: false, servername: 'localhost' });
  // What the channel broke of tells more than that TLS did not come about.
  channel.once('error', (error) => secure.destroy(error));
  return secure;
}
