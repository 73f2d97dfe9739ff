import type { Readable } from 'node:stream';
import { newId } from '../../../core/ids.ts';
import type { SandboxLimits } from '../launch/launcher.ts';
import type { RungLauncher } from '../launch/rung.ts';
import { SANDBOX_NODE } from '../launch/sandbox-layout.ts';

/** How a rung did on this machine. */
export type ProbeResult = { readonly type: 'works' } | { readonly type: 'fails'; readonly cause: string };

const MEBIBYTE = 1024 * 1024;
const TIMEOUT_MS = 10_000;
const MAX_REPORT_CHARACTERS = 64 * 1024;

const PROBE_LIMITS: SandboxLimits = {
  memoryBytes: 2048 * MEBIBYTE,
  maxThreads: 128,
  maxOpenFiles: 1024,
  maxFileBytes: 16 * MEBIBYTE,
  homeBytes: 16 * MEBIBYTE,
  tmpBytes: 16 * MEBIBYTE,
};

/** Builds one tiny sandbox on this rung and has it check its own walls. */
export async function probeRung(launcher: RungLauncher, signal?: AbortSignal): Promise<ProbeResult> {
  const deadline = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
  const sandbox = await launcher.launch({
    sandboxId: newId('probe'),
    limits: PROBE_LIMITS,
    command: [SANDBOX_NODE, '-e', launcher.probe.script, String(process.pid)],
    signal: deadline,
  });
  const stop = (): void => void sandbox.kill();
  deadline.addEventListener('abort', stop, { once: true });
  try {
    const [exit, text] = await Promise.all([sandbox.exited, readReport(sandbox.transport)]);
    signal?.throwIfAborted();
    if (deadline.aborted) return { type: 'fails', cause: `no answer within ${TIMEOUT_MS} ms` };
    if (exit.code !== 0)
      return { type: 'fails', cause: lastLine(exit.stderrTail) ?? `exit code ${exit.code}` };
    return toResult(launcher.probe.judge(text));
  } finally {
    deadline.removeEventListener('abort', stop);
    await sandbox.kill();
  }
}

function readReport(transport: Readable): Promise<string> {
  let text = '';
  transport.on('data', (chunk: Buffer) => {
    if (text.length < MAX_REPORT_CHARACTERS) text += chunk.toString();
  });
  return new Promise((resolve) => transport.once('close', () => resolve(text)));
}

function toResult(broken: readonly string[]): ProbeResult {
  return broken.length === 0
    ? { type: 'works' }
    : { type: 'fails', cause: `in its sandbox ${broken.join('; ')}` };
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined;
}
