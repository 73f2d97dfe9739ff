import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Mux } from '../../core/mux.ts';

/** Idle channels kept for the next request, as browsers do per host. */
const MAX_FREE_CHANNELS = 8;

/** Makes node:http speak over the channels of one sandbox instead of TCP. */
export class ChannelAgent extends Agent {
  readonly #mux: Mux;

  constructor(mux: Mux, options: { readonly keepAlive: boolean }) {
    super({ keepAlive: options.keepAlive, maxFreeSockets: MAX_FREE_CHANNELS });
    this.#mux = mux;
  }

  /** On a dead sandbox the channel fails by itself, when the request listens already. */
  override createConnection(options: ClientRequestArgs): Duplex {
    return this.#mux.open({ port: Number(options.port) });
  }
}
