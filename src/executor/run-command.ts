import type { HttpClient } from '../sandbox/http-request.ts';
import { startProcess } from '../sandbox/process-client.ts';
import type { SandboxEndpoint } from '../sandbox/sandbox.ts';
import { OutputTail } from './explain-failure.ts';

/** What a short command printed last, and how it ended. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ShortCommand {
  readonly cmd: string;
  readonly args: readonly string[];
  /** Directory in the sandbox. */
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly envs?: Readonly<Record<string, string>> | undefined;
}

/** Runs a command in a sandbox to its end. Throws as `startProcess` does. */
export async function runCommand(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  command: ShortCommand,
  signal?: AbortSignal,
): Promise<CommandResult> {
  const spec = { ...command, envs: command.envs ?? {}, hasStdin: false };
  const process = await startProcess(client, endpoint, spec, signal);
  const tails = { stdout: new OutputTail(), stderr: new OutputTail() };
  let exitCode = 1;
  for await (const event of process.events) {
    if (event.type === 'stdout' || event.type === 'stderr') tails[event.type].push(event.data);
    if (event.type !== 'exited') continue;
    ({ exitCode } = event);
    break;
  }
  return { exitCode, stdout: tails.stdout.text(), stderr: tails.stderr.text() };
}
