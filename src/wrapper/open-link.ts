import { connect, type Socket } from 'node:net';
import { BRIDGE_ENV } from '../core/bridge-wire.ts';
import type { Link } from './link.ts';

/** Opens a way: through the socket of the sandbox or, outside of one, through a process of iris that talks to its daemon. */
export async function openLink(env: NodeJS.ProcessEnv): Promise<Link> {
  const path = env[BRIDGE_ENV.socket];
  if (path === undefined) return await (await import('./local-link.ts')).openLocalLink(env);
  return socketLink(connect(path), env[BRIDGE_ENV.token] ?? '');
}

function socketLink(socket: Socket, token: string): Link {
  return {
    readable: socket,
    writable: socket,
    token,
    keepAlive: (isWanted) => void (isWanted ? socket.ref() : socket.unref()),
    close: () => void socket.end(),
  };
}
