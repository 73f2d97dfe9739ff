import type { Socket } from 'node:net';
import {
  FROM_DAEMON,
  MAX_FRAME_BYTES,
  OUTDATED,
  TO_DAEMON,
  type DaemonMethod,
  type DaemonRequest,
  type DaemonResults,
} from '../../contract/daemon-wire.ts';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { encodeFrame, FrameDecoder, type Frame } from '../../core/frames.ts';
import { connectToDaemon, type DaemonSocket } from './daemon-socket.ts';
import type { DaemonPaths } from './paths.ts';
import { replyTo, type Answerer } from './reply.ts';
import type { StartedDaemon } from './start-daemon.ts';
import type { SpooledRequest } from './spool-request.ts';

export interface CallOptions extends Answerer {
  readonly paths: DaemonPaths;
  /** Starts the daemon; undefined leaves it to fail when none runs. */
  readonly start: (() => Promise<StartedDaemon>) | undefined;
  /** The request as it was left on the daemon's spool. */
  readonly spooled?: SpooledRequest | undefined;
  /** Takes each frame before the result. */
  readonly onFrame?: (frame: Frame, socket: Socket) => void;
  /** Called when the request is on its way: what is done here costs nobody time. */
  readonly onSent?: (socket: Socket) => void;
  /** Gives the request up; the daemon ends what it began for it. */
  readonly signal?: AbortSignal | undefined;
}

const OUTPUT: ReadonlySet<number> = new Set([FROM_DAEMON.stdout, FROM_DAEMON.stderr]);
/** What came of a request whose connection was lost before anybody had read it. */
const UNTAKEN = Symbol('untaken');
const CONNECT_BUDGET_MS = 15_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 40;
/** A daemon that is just leaving still holds the lock; then the next attempt starts the one that stays. */
const START_AGAIN_AFTER_MS = 1_500;

/**
 * Sends one request to the daemon and returns its result, starting a daemon when there is none.
 * Throws what the daemon reports, DAEMON_UNREACHABLE, or CANCELLED after the signal.
 */
export async function callDaemon<Method extends DaemonMethod>(
  request: DaemonRequest<Method>,
  options: CallOptions,
): Promise<DaemonResults[Method]> {
  let spooled = options.spooled;
  const withdraw = (): void => {
    const isTaken = spooled?.takeBack() === false;
    spooled = undefined;
    if (isTaken) throw lost(options.paths);
  };
  const { build, method } = request;
  const socket = await openSocket(options, withdraw);
  const asked = spooled === undefined ? request : { build, method, params: {}, spooled: spooled.id };
  let result = await exchange(socket, asked, options);
  if (result === UNTAKEN) {
    // A daemon that was dying took the connection and no more.
    if (spooled?.takeBack() === false) throw lost(options.paths);
    spooled = undefined;
    result = await exchange(await openSocket(options, withdraw), request, options);
  }
  if (result !== OUTDATED) return answered(result, options.paths);
  withdraw();
  // The outdated daemon closes its socket at once, so that the next connection reaches the new one.
  await options.start?.();
  return answered(await exchange(await openSocket(options, withdraw), request, options), options.paths);
}

function answered<Result>(result: Result | typeof OUTDATED | typeof UNTAKEN, paths: DaemonPaths): Result {
  if (result === UNTAKEN) throw lost(paths);
  if (result !== OUTDATED) return result;
  throw new IrisError('DAEMON_UNREACHABLE', 'Another version of the iris daemon keeps taking over', {
    hint: 'Stop it with: iris daemon stop',
  });
}

/** Connects, starting a daemon when there is none; `onNobody` is called before that, or before it gives up. */
async function openSocket(options: CallOptions, onNobody: () => void): Promise<DaemonSocket> {
  const deadline = Date.now() + CONNECT_BUDGET_MS;
  let startedAt: number | undefined;
  let started: StartedDaemon | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (options.signal?.aborted === true) throw givenUp();
    try {
      return await connectToDaemon(options.paths.socket);
    } catch (cause) {
      onNobody();
      if (!isNobodyThere(cause) || options.start === undefined || Date.now() > deadline) {
        throw unreachable(options.paths, cause);
      }
    }
    if (startedAt === undefined || Date.now() - startedAt > START_AGAIN_AFTER_MS) {
      started = await options.start();
      startedAt = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const failure = started?.failure();
    if (failure !== undefined) throw notStarted(options.paths, failure);
  }
}

function exchange<Method extends DaemonMethod>(
  { socket, onBytes }: DaemonSocket,
  request: DaemonRequest<Method>,
  options: CallOptions,
): Promise<DaemonResults[Method] | typeof OUTDATED | typeof UNTAKEN> {
  const decoder = new FrameDecoder({ maxPayloadBytes: MAX_FRAME_BYTES, streamed: OUTPUT });
  let isTaken = false;
  let hasDaemonLeft = false;
  const noteEnd = (): void => {
    hasDaemonLeft = true;
  };
  return new Promise((resolve, reject) => {
    onBytes((chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (frame.type === FROM_DAEMON.result) {
          resolve(JSON.parse(frame.payload.toString('utf8')));
          // Nothing comes after it: waiting for the other end to hang up would only take time.
          socket.destroy();
        } else if (frame.type === FROM_DAEMON.error) {
          reject(IrisError.fromJSON(JSON.parse(frame.payload.toString('utf8'))));
        } else if (frame.type === FROM_DAEMON.taken) isTaken = true;
        else if (frame.type === FROM_DAEMON.question) void sendReply(frame, socket, options);
        else options.onFrame?.(frame, socket);
      }
    });
    const giveUp = (): void => {
      reject(givenUp());
      socket.destroy();
    };
    // It may have been given up while the connection was made.
    if (options.signal?.aborted === true) return giveUp();
    options.signal?.addEventListener('abort', giveUp, { once: true });
    socket.on('end', noteEnd).on('error', noteEnd);
    socket.on('close', () => {
      options.signal?.removeEventListener('abort', giveUp);
      // Whoever hangs up here does not want the work to be done by another daemon.
      if (hasDaemonLeft && !isTaken) resolve(UNTAKEN);
      else reject(lost(options.paths));
    });
    socket.write(encodeFrame(TO_DAEMON.request, JSON.stringify(request)));
    options.onSent?.(socket);
  });
}

async function sendReply({ payload }: Frame, socket: Socket, answerer: Answerer): Promise<void> {
  const question = JSON.parse(payload.toString('utf8'));
  const value = await replyTo(question, answerer);
  if (!socket.destroyed)
    socket.write(encodeFrame(TO_DAEMON.reply, JSON.stringify({ id: question.id, value })));
}

function isNobodyThere(thrown: unknown): boolean {
  const code = errnoOf(thrown);
  return code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR';
}

function notStarted(paths: DaemonPaths, failure: string): IrisError {
  return new IrisError('DAEMON_UNREACHABLE', `The iris daemon could not start: ${failure}`, {
    hint: `See ${paths.log}, or run without it: --no-daemon`,
  });
}

function unreachable(paths: DaemonPaths, cause: unknown): IrisError {
  if (errnoOf(cause) === 'EACCES') {
    return new IrisError('DAEMON_UNREACHABLE', `This user may not use the daemon at ${paths.socket}`, {
      hint: 'Set IRIS_STATE_DIR to a directory of your own, or run without it: --no-daemon',
      cause,
    });
  }
  return new IrisError('DAEMON_UNREACHABLE', `Cannot reach the iris daemon at ${paths.socket}`, {
    hint: `See ${paths.log}, or run without it: --no-daemon`,
    cause,
  });
}

function givenUp(): IrisError {
  return new IrisError('CANCELLED', 'The request was cancelled');
}

function lost(paths: DaemonPaths): IrisError {
  return new IrisError('DAEMON_UNREACHABLE', 'The iris daemon ended before the work was done', {
    hint: `Run again; see ${paths.log} for the reason.`,
  });
}
