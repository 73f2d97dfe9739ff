import type { SandboxDoor } from '../app/sandbox-door.ts';
import { FROM_DAEMON } from '../contract/daemon-wire.ts';
import { sandboxExecParams, terminalSize } from '../contract/sandbox-request.ts';
import type { TerminalSize } from '../core/process-wire.ts';
import type { ClientEnd } from './client-end.ts';
import { parseParams } from './parse-params.ts';

/** Runs a command in a sandbox for a client, or lets it sit at a terminal there. */
export async function answerExec(door: SandboxDoor, client: ClientEnd, asked: unknown): Promise<void> {
  const params = parseParams(sandboxExecParams, asked);
  const io = {
    stdin: params.hasStdin ? client.stdin() : undefined,
    onSignal: client.onSignal.bind(client),
    signal: client.signal,
    onResize: (listener: (size: TerminalSize) => void) =>
      client.onResize((size) => listener(parseParams(terminalSize, size))),
  };
  for await (const event of door.exec(params, io)) {
    if (event.type === 'exited') {
      client.sendJson(FROM_DAEMON.result, { exitCode: event.exitCode, signal: event.signal });
    } else {
      await client.sendBytes(FROM_DAEMON[event.type], event.data);
    }
  }
}
