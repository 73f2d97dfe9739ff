import { readFile } from 'node:fs/promises';
import { copyDecoder, type CopyOrder } from '../../core/copy/copy-wire.ts';
import { IrisError } from '../../core/errors.ts';
import type { Frame, FrameDecoder } from '../../core/frames.ts';
import { superviseProcess } from '../../executor/supervise-process.ts';
import type { HttpClient } from '../../sandbox/http-request.ts';
import { startProcess } from '../../sandbox/process-client.ts';
import type { SandboxEndpoint } from '../../sandbox/sandbox.ts';

export interface CopierPlace {
  readonly client: HttpClient;
  readonly endpoint: SandboxEndpoint;
  readonly copierFile: string;
  readonly signal: AbortSignal;
}

export interface CopierTask {
  readonly order: CopyOrder;
  /** Directory in the sandbox that paths are relative to; its home directory, where it is left out. */
  readonly cwd?: string | undefined;
  /** The tree that it takes. */
  readonly input?: AsyncIterable<Buffer> | undefined;
}

/**
 * Runs the copier in a sandbox and gives the frames that it sends, which nobody may trust. Its program comes as an
 * argument: nothing is left in the sandbox, and nothing there stands in for it.
 */
export async function* runCopier(
  { client, endpoint, copierFile, signal }: CopierPlace,
  { order, cwd, input }: CopierTask,
): AsyncGenerator<Frame, void> {
  const args = ['-e', await readFile(copierFile, 'utf8'), JSON.stringify(order)];
  const spec = { cmd: 'node', args, envs: {}, cwd, hasStdin: input !== undefined, timeoutMs: 0 };
  const process = await startProcess(client, endpoint, spec, signal);
  const io = { stdin: input, onSignal: () => undefined, signal };
  using supervised = superviseProcess(process, io, 0);
  const decoder = copyDecoder();
  let hasSpoken = false;
  for await (const event of supervised.events) {
    if (event.type === 'stdout') {
      hasSpoken = true;
      yield* decode(decoder, event.data);
    }
    if (event.type !== 'exited') continue;
    if (!hasSpoken) throw withoutNode(endpoint, event.exitCode);
    return;
  }
  throw new IrisError('SANDBOX_LOST', `Sandbox ${endpoint.sandboxId} ended before the files were copied`, {
    hint: 'See what is there: iris sandbox ls',
  });
}

function decode(decoder: FrameDecoder, bytes: Buffer): Frame[] {
  try {
    return decoder.push(bytes);
  } catch (cause) {
    throw new IrisError('SANDBOX_UNFIT', 'What the sandbox sends is no copy of files', {
      hint: 'Something there stands in for Node. Take a fresh sandbox: iris run --new',
      cause,
    });
  }
}

function withoutNode({ sandboxId }: SandboxEndpoint, exitCode: number): IrisError {
  return new IrisError('SANDBOX_UNFIT', `Sandbox ${sandboxId} could not run Node (exit code ${exitCode})`, {
    hint: 'Files are copied by Node 18 or later: take a template that has it.',
  });
}
