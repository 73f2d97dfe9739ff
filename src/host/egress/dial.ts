import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { IrisError } from '../../core/errors.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** Connects to the first of these addresses that answers. Throws SANDBOX_UNAVAILABLE when none does. */
export async function dial(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
  const failures: string[] = [];
  for (const host of addresses) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]);
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    try {
      await once(socket, 'connect', { signal: limit });
      return socket;
    } catch (thrown) {
      socket.on('error', () => undefined).destroy();
      signal.throwIfAborted();
      failures.push(`${host}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
  throw new IrisError('SANDBOX_UNAVAILABLE', `Cannot connect: ${failures.join('; ')}`);
}
