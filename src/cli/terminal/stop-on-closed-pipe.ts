import { errnoOf } from '../../core/errors.ts';

/** 128 + SIGPIPE: what a process that writes to a closed pipe ends with. */
const CLOSED_PIPE_EXIT = 141;

/** Ends the process quietly when nobody reads standard output any more, as `iris events | head -1` has it. */
export function stopOnClosedPipe(): void {
  process.stdout.on('error', (thrown) => {
    const errno = errnoOf(thrown);
    if (errno !== 'EPIPE' && errno !== 'EIO') throw thrown;
    // Nothing that is still to be printed has a reader.
    process.exit(CLOSED_PIPE_EXIT);
  });
}
