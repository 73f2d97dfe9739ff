import type { SandboxDoor } from '../app/sandbox-door.ts';
import { FROM_DAEMON } from '../contract/daemon-wire.ts';
import { sandboxCopyParams } from '../contract/sandbox-request.ts';
import type { ClientEnd } from './client-end.ts';
import { parseParams } from './parse-params.ts';

/** Often enough for a person to see that it goes on. */
const TELL_EVERY_MS = 100;

/** Copies files between this machine and a sandbox for a client. */
export async function answerCopy(door: SandboxDoor, client: ClientEnd, asked: unknown): Promise<void> {
  let toldAt = Date.now();
  const report = await door.copy(parseParams(sandboxCopyParams, asked), {
    signal: client.signal,
    stdin: () => client.stdin(),
    stdout: (bytes) => client.sendBytes(FROM_DAEMON.stdout, bytes),
    onCounts: ({ files, bytes }) => {
      if (Date.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = Date.now();
      client.sendJson(FROM_DAEMON.event, { files, bytes });
    },
  });
  client.sendJson(FROM_DAEMON.result, report);
}
