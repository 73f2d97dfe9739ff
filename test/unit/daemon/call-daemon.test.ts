import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { FROM_DAEMON, MAX_FRAME_BYTES, TO_DAEMON, type Question } from '../../../src/contract/daemon-wire.ts';
import { encodeFrame, FrameDecoder } from '../../../src/core/frames.ts';
import { BUILD } from '../../../src/core/version.ts';
import { callDaemon } from '../../../src/daemon/client/call-daemon.ts';
import { daemonPaths, type DaemonPaths } from '../../../src/daemon/client/paths.ts';
import { spoolRequest } from '../../../src/daemon/client/spool-request.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ENV = { IRIS_TEST_SET: 'yes' };
const request = { build: BUILD, method: 'status', params: { cwd: '/', env: {} } } as const;
const NEVER_STARTED = { failure: () => undefined };

async function listen(paths: DaemonPaths, onClient: (socket: Socket, server: Server) => void): Promise<void> {
  const server = createServer((socket) => onClient(socket, server));
  server.listen(paths.socket);
  await once(server, 'listening');
}

async function withPaths(act: (paths: DaemonPaths) => Promise<void>): Promise<void> {
  await using dir = await tempDir();
  const paths = daemonPaths({ IRIS_STATE_DIR: dir.path }, 1);
  mkdirSync(paths.spool, { recursive: true });
  mkdirSync(dirname(paths.socket), { recursive: true });
  await act(paths);
}

/** Closes as the kernel does for a process that is killed: first the door, then who stands in it. */
function die(socket: Socket, server: Server): void {
  server.close();
  socket.destroy();
}

/** A daemon that takes one request and answers it; what it was asked is in `asked`. */
function answering(paths: DaemonPaths, asked: unknown[]): () => Promise<typeof NEVER_STARTED> {
  return async () => {
    await listen(paths, (socket, server) => {
      const decoder = new FrameDecoder({ maxPayloadBytes: MAX_FRAME_BYTES });
      socket.on('data', (chunk: Buffer) => {
        for (const { payload } of decoder.push(chunk)) asked.push(JSON.parse(String(payload)));
        socket.write(encodeFrame(FROM_DAEMON.taken));
        socket.end(encodeFrame(FROM_DAEMON.result, '"done"'));
        server.close();
      });
    });
    return NEVER_STARTED;
  };
}

const startsNone = (): Promise<never> => Promise.reject(new Error('started again'));

test.for(['on the spool', 'sent'])(
  'asks the next daemon what was %s when the one before died without taking it',
  (way) =>
    withPaths(async (paths) => {
      const asked: unknown[] = [];
      await listen(paths, die);
      const spooled = way === 'sent' ? undefined : spoolRequest(paths, request);

      const result = await callDaemon(request, { env: ENV, paths, start: answering(paths, asked), spooled });

      expect(result).toBe('done');
      expect(asked).toEqual([request]);
    }),
);

test('asks nobody twice for what a daemon took off the spool before it died', () =>
  withPaths(async (paths) => {
    const spooled = spoolRequest(paths, request);
    await listen(paths, (socket, server) => {
      spooled?.takeBack();
      die(socket, server);
    });

    await expect(callDaemon(request, { env: ENV, paths, start: startsNone, spooled })).rejects.toThrow(
      'The iris daemon ended before the work was done',
    );
  }));

test('asks nobody twice for what a daemon took before it died', () =>
  withPaths(async (paths) => {
    await listen(paths, (socket, server) => {
      server.close();
      socket.end(encodeFrame(FROM_DAEMON.taken));
    });

    await expect(callDaemon(request, { env: ENV, paths, start: startsNone })).rejects.toThrow(
      'The iris daemon ended before the work was done',
    );
  }));

test('asks nobody else when the caller itself hangs up', () =>
  withPaths(async (paths) => {
    await listen(paths, (socket, server) => {
      socket.on('close', () => server.close());
    });

    await expect(
      callDaemon(request, {
        env: ENV,
        paths,
        start: startsNone,
        onSent: (socket) => setImmediate(() => socket.destroy()),
      }),
    ).rejects.toThrow('The iris daemon ended before the work was done');
  }));

test('gives up when the next daemon dies without taking it, too', () =>
  withPaths(async (paths) => {
    await listen(paths, die);
    const start = async (): Promise<typeof NEVER_STARTED> => {
      await listen(paths, die);
      return NEVER_STARTED;
    };

    await expect(callDaemon(request, { env: ENV, paths, start })).rejects.toThrow(
      'The iris daemon ended before the work was done',
    );
  }));

/** A daemon that asks these questions, one by one, and ends the work with the replies. */
async function listenAndAsk(paths: DaemonPaths, questions: readonly Question[]): Promise<void> {
  await listen(paths, (socket, server) => {
    const decoder = new FrameDecoder({ maxPayloadBytes: MAX_FRAME_BYTES });
    const replies: unknown[] = [];
    socket.on('data', (chunk: Buffer) => {
      for (const { type, payload } of decoder.push(chunk)) {
        if (type === TO_DAEMON.reply) replies.push(JSON.parse(String(payload)));
        const question = questions[replies.length];
        if (question === undefined)
          socket.end(encodeFrame(FROM_DAEMON.result, JSON.stringify(replies)), () => server.close());
        else
          socket.write(
            encodeFrame(FROM_DAEMON.question, JSON.stringify({ ...question, id: replies.length + 1 })),
          );
      }
    });
  });
}

const mayIt: Question = { type: 'confirm', text: 'may it?', detail: '{}' };

test('replies to what the daemon asks: variables of its own environment, and what the person says', () =>
  withPaths(async (paths) => {
    await listenAndAsk(paths, [{ type: 'env', names: ['IRIS_TEST_SET', 'IRIS_TEST_UNSET'] }, mayIt]);
    const asked: string[] = [];
    const onConfirm = async ({ text }: { text: string }): Promise<boolean> => asked.push(text) === 1;

    expect(await callDaemon(request, { env: ENV, paths, start: startsNone, onConfirm })).toEqual([
      { id: 1, value: { IRIS_TEST_SET: 'yes' } },
      { id: 2, value: true },
    ]);
    expect(asked).toEqual(['may it?']);
  }));

test('replies that nobody can be asked where nobody can, or asking fails', () =>
  withPaths(async (paths) => {
    await listenAndAsk(paths, [mayIt]);
    expect(await callDaemon(request, { env: ENV, paths, start: startsNone })).toEqual([
      { id: 1, value: null },
    ]);

    await listenAndAsk(paths, [mayIt]);
    const onConfirm = (): Promise<never> => Promise.reject(new Error('no terminal'));
    expect(await callDaemon(request, { env: ENV, paths, start: startsNone, onConfirm })).toEqual([
      { id: 1, value: null },
    ]);
  }));
