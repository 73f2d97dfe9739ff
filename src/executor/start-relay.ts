import { readFile } from 'node:fs/promises';
import type { RelayProcess } from '../bridge/relay-link.ts';
import { BUILD } from '../core/version.ts';
import type { HttpClient } from '../sandbox/http-request.ts';
import { startProcess, type SandboxProcess } from '../sandbox/process-client.ts';
import { writeFiles } from '../sandbox/write-files.ts';
import type { LiveSandbox } from './live-sandboxes.ts';

export interface RelayOrder {
  /** Where in the sandbox the relay listens. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** Each build has its own: a sandbox may outlive the process that put one there. */
export const RELAY_PLACE = `/home/user/.iris/relay-${BUILD}.mjs`;

/** Starts a relay in a sandbox, where it is put first if it is not there yet. */
export async function startRelay(
  { client, relayFile }: { readonly client: HttpClient; readonly relayFile: string },
  live: LiveSandbox,
  { path, signal }: RelayOrder,
): Promise<RelayProcess> {
  if (!live.written.has(RELAY_PLACE)) {
    const relay = { path: RELAY_PLACE, content: await readFile(relayFile) };
    await writeFiles(client, live.sandbox.endpoint, [relay], signal);
    live.written.add(RELAY_PLACE);
  }
  const process = await startProcess(
    client,
    live.sandbox.endpoint,
    { cmd: 'node', args: [RELAY_PLACE, path], envs: {}, hasStdin: true, timeoutMs: 0 },
    signal,
  );
  return {
    output: outputOf(process),
    send: (bytes) => process.sendStdin(bytes),
    kill: () => process.signal('SIGKILL'),
  };
}

async function* outputOf(process: SandboxProcess): AsyncGenerator<Buffer, void> {
  for await (const event of process.events) {
    if (event.type === 'stdout') yield event.data;
    if (event.type === 'exited') return;
  }
}
