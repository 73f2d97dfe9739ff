import type { Duplex } from 'node:stream';
import type { ProcessEnd, StartRequest } from '../../core/process-wire.ts';

export interface LoggedStart {
  readonly pid: number;
  readonly user: string;
  readonly request: StartRequest;
}

/** Escaped to the utmost, and with all else that a line says, it stays below what the host reads. */
const MAX_COMMAND_LENGTH = 300;
/** What may wait for a host that does not read. */
const MAX_PENDING_BYTES = 64 * 1024;

/** Tells the host which processes start and end, for the sandbox's logs; never with what environment. */
export class ProcessLog {
  readonly #openChannel: () => Duplex;
  #channel: Duplex | undefined;
  #isRefused = false;

  constructor(openChannel: () => Duplex) {
    this.#openChannel = openChannel;
  }

  started({ pid, user, request }: LoggedStart): void {
    const command = [request.cmd, ...request.args].join(' ').slice(0, MAX_COMMAND_LENGTH);
    this.#write({ event: 'started', pid, user, command });
  }

  ended(pid: number, { exitCode, status }: ProcessEnd): void {
    this.#write({ event: 'ended', pid, exitCode, status });
  }

  #write(line: Readonly<Record<string, unknown>>): void {
    // After what the client waits for.
    setImmediate(() => {
      if (this.#isRefused) return;
      this.#channel ??= this.#open();
      // Nobody waits for a log: what does not fit is left out.
      if (this.#channel.writableLength < MAX_PENDING_BYTES) this.#channel.write(`${JSON.stringify(line)}\n`);
    });
  }

  #open(): Duplex {
    const channel = this.#openChannel();
    const stop = (): void => {
      this.#isRefused = true;
    };
    channel.on('error', stop);
    channel.on('close', stop);
    channel.resume();
    return channel;
  }
}
