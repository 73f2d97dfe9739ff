import { spawn, type ChildProcess } from 'node:child_process';

const TIMEOUT_MS = 20_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

export interface ToolResult {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs one of the sandbox's own programs to its end. Undefined when it is not there, hangs or says too much. */
export async function runTool(argv: readonly string[], input: Buffer): Promise<ToolResult | undefined> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'pipe', timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    const stdout = collect(child, child.stdout);
    const stderr = collect(child, child.stderr);
    child.on('error', () => resolve(undefined));
    child.on('close', (exitCode, signal) => {
      const result = { exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
      resolve(signal === null ? result : undefined);
    });
    // A program that leaves without reading is seen at its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function collect(child: ChildProcess, stream: NodeJS.ReadableStream): Buffer[] {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
    else chunks.push(chunk);
  });
  return chunks;
}
