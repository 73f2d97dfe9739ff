import { createHash } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { errnoOf } from './errors.ts';

/** macOS' O_EXLOCK: open and flock in one call. Node has no name for it. */
const O_EXLOCK = 0x20;

/**
 * Makes this process the only `owner` of a folder, or returns undefined when another one is.
 * The kernel holds the lock, so that it ends with the process however that ends.
 */
export async function takeFolderLock(folder: string, owner: string): Promise<AsyncDisposable | undefined> {
  return process.platform === 'linux'
    ? await lockByAbstractSocket(folder, owner)
    : lockByFile(join(folder, 'lock'));
}

async function lockByAbstractSocket(folder: string, owner: string): Promise<AsyncDisposable | undefined> {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  const server = createServer((socket) => socket.destroy());
  const isOurs = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (thrown) => (errnoOf(thrown) === 'EADDRINUSE' ? resolve(false) : reject(thrown)));
    server.listen(`\0${owner}-${process.getuid?.() ?? 0}-${digest}`, () => resolve(true));
  });
  if (!isOurs) return undefined;
  server.unref();
  return {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function lockByFile(file: string): AsyncDisposable | undefined {
  try {
    const descriptor = openSync(
      file,
      constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK,
      0o600,
    );
    return { [Symbol.asyncDispose]: () => Promise.resolve(closeSync(descriptor)) };
  } catch (thrown) {
    if (errnoOf(thrown) === 'EAGAIN') return undefined;
    throw thrown;
  }
}
