import { createReadStream, existsSync, statSync, watchFile } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { IrisError } from '../../core/errors.ts';
import { ownDaemonPaths } from '../own-daemon.ts';

const POLL_MS = 250;

/** `iris daemon logs`: prints the log, and with `--follow` what is added to it. */
export async function daemonLogs(options: { readonly follow?: boolean }): Promise<void> {
  const { log } = ownDaemonPaths();
  if (!existsSync(log)) {
    throw new IrisError('FILE_NOT_FOUND', 'The daemon has not run yet, so there is no log', {
      hint: 'It is started by the first: iris run script.ts',
    });
  }
  let printed = await printFrom(log, 0);
  if (options.follow !== true) return;
  for (;;) {
    await new Promise<void>((resolve) => watchFile(log, { interval: POLL_MS }, () => resolve()));
    const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    printed = await printFrom(log, size < printed ? 0 : printed);
  }
}

async function printFrom(log: string, start: number): Promise<number> {
  const stream = createReadStream(log, { start });
  await pipeline(stream, process.stdout, { end: false });
  return start + stream.bytesRead;
}
