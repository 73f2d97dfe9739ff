import net from 'node:net';
import tls from 'node:tls';
import { EGRESS_PROXY_PORT } from '../../core/egress-wire.ts';
import { socksRequest, SocksReplyReader } from './socks-client.ts';

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|::1|\[::1\]|0\.0\.0\.0|::)$/i;

interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * Makes Node's sockets take the sandbox's proxy for everything beyond loopback, so that `fetch`, `node:http`,
 * database clients and the rest work as they would with a network. What is encrypted stays so from end to end.
 */
export function tunnelSockets(): void {
  const direct = methodOf(net.Socket.prototype, 'connect');
  Object.assign(net.Socket.prototype, {
    connect(this: net.Socket, ...args: unknown[]): unknown {
      const target = targetOf(args);
      if (target === undefined) return Reflect.apply(direct, this, args);
      const listener: unknown = args.flat().at(-1);
      if (typeof listener === 'function') this.once('connect', () => listener.call(this));
      tunnel(this, target);
      return Reflect.apply(direct, this, [{ host: '127.0.0.1', port: EGRESS_PROXY_PORT }]);
    },
  });
  const directTls = tls.connect;
  Object.assign(tls, {
    connect(...args: Parameters<typeof directTls>): tls.TLSSocket {
      const target = targetOf(args);
      const options = args.flat().find((arg: unknown) => typeof arg === 'object' && arg !== null);
      if (target === undefined || hasSocket(options)) return directTls(...args);
      const listener: unknown = args.flat().at(-1);
      const socket = net.connect({ host: target.host, port: target.port });
      const servername = net.isIP(target.host) === 0 ? { servername: target.host } : {};
      const secure = directTls({ ...servername, ...options, socket });
      if (typeof listener === 'function') secure.once('secureConnect', () => listener.call(secure));
      return secure;
    },
  });
}

function hasSocket(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'socket' in options && Boolean(options.socket);
}

/** Where a call of `connect` leads, in any of its forms; undefined for loopback, unix sockets and what is unclear. */
function targetOf(given: readonly unknown[]): Target | undefined {
  const args = given.flat();
  const [first, second] = args;
  if (typeof first === 'object' && first !== null) {
    const { host, port, path } = Object.fromEntries(Object.entries(first));
    if (path !== undefined && path !== null && port === undefined) return undefined;
    return beyondLoopback(host, port);
  }
  return beyondLoopback(typeof second === 'string' ? second : undefined, first);
}

function beyondLoopback(host: unknown, port: unknown): Target | undefined {
  const number = typeof port === 'string' ? Number(port) : port;
  if (typeof host !== 'string' || host === '' || LOOPBACK.test(host)) return undefined;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > 65_535)
    return undefined;
  return { host, port: number };
}

/** Holds a socket's `connect` back until the proxy has connected it, and keeps the proxy's words from its readers. */
function tunnel(socket: net.Socket, { host, port }: Target): void {
  const reader = new SocksReplyReader();
  const emit = methodOf(socket, 'emit');
  const restore = (): void => {
    Reflect.deleteProperty(socket, 'emit');
    Reflect.deleteProperty(socket, 'push');
  };
  const hold = {
    emit(event: string, ...rest: unknown[]): unknown {
      if (event === 'connect') {
        // Written past the stream, whose queue may hold what the program wrote before it was connected.
        writeNow(socket, socksRequest(host, port));
        startReading(socket);
        Object.assign(socket, { connecting: true });
        return true;
      }
      return event === 'ready' || Reflect.apply(emit, socket, [event, ...rest]);
    },
    push(chunk: Buffer | null): boolean {
      if (chunk === null) {
        restore();
        socket.destroy(refusal(host, port, 'the proxy hung up'));
        return false;
      }
      const outcome = reader.push(chunk);
      if (outcome === undefined) return true;
      restore();
      if (outcome.refusal !== undefined) {
        socket.destroy(refusal(host, port, outcome.refusal));
        return false;
      }
      Object.assign(socket, { connecting: false });
      socket.emit('connect');
      socket.emit('ready');
      return outcome.rest.length === 0 || socket.push(outcome.rest);
    },
  };
  Object.assign(socket, hold);
}

function writeNow(socket: net.Socket, bytes: Buffer): void {
  Reflect.apply(methodOf(socket, '_writeGeneric'), socket, [false, bytes, 'buffer', () => undefined]);
}

/** Past the stream as well, which would wait for `connect` to read. */
function startReading(socket: net.Socket): void {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return;
  Object.assign(handle, { reading: true });
  Reflect.apply(methodOf(handle, 'readStart'), handle, []);
}

type Method = (...args: unknown[]) => unknown;

/** A method of Node's own, also one that its types do not know. */
function methodOf(owner: object, name: string): Method {
  const method: unknown = Reflect.get(owner, name);
  if (isMethod(method)) return method;
  throw new TypeError(`This Node has no ${name} on its sockets`);
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}

function refusal(host: string, port: number, reason: string): Error {
  return Object.assign(new Error(`connect EACCES ${host}:${port} - ${reason}`), {
    code: 'EACCES',
    syscall: 'connect',
    address: host,
    port,
  });
}
