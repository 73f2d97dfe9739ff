import { BRIDGE_VERSION, type BridgeRequest } from '../bridge/wire.ts';

/** A request as one line of JSON. */
export function toLine(request: BridgeRequest): Buffer {
  return Buffer.from(`${JSON.stringify(request)}\n`);
}

/** The first line of a connection. */
export function helloLine(token: string): Buffer {
  return toLine({ method: 'hello', params: { version: BRIDGE_VERSION, token } });
}
