const GREETING = [5, 1, 0];
const CONNECT_BY_NAME = [5, 1, 0, 3];
const GREETING_REPLY_BYTES = 2;
const REPLY_BYTES = 10;

const REASONS: Readonly<Record<number, string>> = {
  2: 'the network policy of this sandbox does not allow it',
  4: 'the name cannot be resolved',
  5: 'the connection was refused or timed out',
};

/** Greeting and request of SOCKS5 (RFC 1928) in one, so that no round trip is lost. An address goes as a name, too. */
export function socksRequest(host: string, port: number): Buffer {
  const name = Buffer.from(host, 'latin1').subarray(0, 255);
  return Buffer.concat([
    Buffer.from([...GREETING, ...CONNECT_BY_NAME, name.length]),
    name,
    Buffer.from([port >> 8, port & 0xff]),
  ]);
}

/** Collects the two answers of the proxy. */
export class SocksReplyReader {
  #bytes: Buffer = Buffer.alloc(0);

  /** Undefined until both are there; then why it was refused, or what the other end has sent behind them. */
  push(chunk: Buffer): { readonly refusal?: string; readonly rest: Buffer } | undefined {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const end = GREETING_REPLY_BYTES + REPLY_BYTES;
    if (this.#bytes.length < end) return undefined;
    const code = this.#bytes[GREETING_REPLY_BYTES + 1] ?? 1;
    const rest = this.#bytes.subarray(end);
    return code === 0 ? { rest } : { rest, refusal: REASONS[code] ?? 'the proxy failed' };
  }
}
