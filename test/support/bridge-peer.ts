import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { duplexPair, type Duplex } from 'node:stream';
import type { DoorCall, ToolDoor } from '../../src/bridge/tool-door.ts';

/** A door that does what the test says. */
export function doorOf(call: (call: DoorCall) => Promise<unknown>): ToolDoor {
  return {
    call,
    list: async () => [{ name: 'echo', title: 'Echo', text: 'Says it again.' }],
    search: async () => [],
    describe: async (name) => ({ name, title: '', text: '', effect: 'read', input: {}, output: {} }),
  };
}

/** A script's side of a connection, spoken line by line. */
export interface Peer extends Disposable {
  readonly stream: Duplex;
  send(...lines: readonly (object | string)[]): void;
  /** The next line that comes, or undefined at the end. */
  next(): Promise<unknown>;
}

function peerOf(stream: Duplex): Peer {
  stream.on('error', () => undefined);
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  return {
    stream,
    send: (...given) => {
      for (const line of given) stream.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
    },
    next: async () => {
      const line = await lines.next();
      return line.done === true ? undefined : JSON.parse(line.value);
    },
    [Symbol.dispose]: () => stream.destroy(),
  };
}

/** Two ends of one connection in memory. */
export function connectedPair(): { readonly host: Duplex; readonly peer: Peer } {
  const [host, script] = duplexPair();
  return { host, peer: peerOf(script) };
}

/** Connects to a socket. */
export async function connectPeer(path: string): Promise<Peer> {
  const socket: Socket = connect(path);
  await once(socket, 'connect');
  return peerOf(socket);
}

export const hello = (token: string): object => ({ method: 'hello', params: { version: 1, token } });

export const callOf = (id: string, input: unknown = {}, name = 'echo'): object => ({
  id,
  method: 'tools/call',
  params: { name, arguments: input },
});
