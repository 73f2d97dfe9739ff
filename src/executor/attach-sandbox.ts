import { readFile } from 'node:fs/promises';
import { IrisError } from '../core/errors.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { writeFiles } from '../sandbox/write-files.ts';
import type { LiveSandbox } from './live-sandboxes.ts';
import { runCommand, type CommandResult } from './run-command.ts';
import type { ToolGrant } from './run-request.ts';
import { openScriptTools, relayEnvs, type ToolParts } from './script-tools.ts';
import { RELAY_PLACE } from './start-relay.ts';
import { wrapperFiles } from './wrapper-files.ts';

export interface AttachOrder {
  readonly sandboxId: string;
  /** The folder whose programs import the client. */
  readonly sandboxDir: string;
  readonly wrapperFile: string;
  readonly grant: ToolGrant;
  readonly signal: AbortSignal;
}

/** A sandbox of somebody else's whose programs call tools until this is disposed of; the sandbox lives on. */
export interface AttachedSandbox extends AsyncDisposable {
  /** For programs that bring a client of their own. */
  readonly envs: Readonly<Record<string, string>>;
  readonly nodeVersion: string;
  /** Calls a tool from within. Throws IRIS_UNAVAILABLE with what went wrong. */
  verify(signal: AbortSignal): Promise<Verification>;
}

export interface Verification {
  /** From a program in the sandbox to the tools and their data, and back. */
  readonly roundTripMs: number;
}

const OLDEST_NODE = 18;
const SHORTEST_LIFE_MS = 1_000;
const COMMAND_MS = 60_000;
const NODE_VERSION = 'command -v node >/dev/null && node --version || echo none';
/** The first call connects; that a tool is not allowed is an answer, too. */
const VERIFY_CODE = `import { iris } from 'iris-prime';
const call = () => iris.listMetrics({ limit: 1 }).catch((error) => {
  if (error.code !== 'IRIS_FORBIDDEN') throw error;
});
await call();
const at = performance.now();
await call();
process.stdout.write('roundTripMs=' + (performance.now() - at) + '\\n');
await iris.close();`;

/**
 * Puts the client and the relay in place with one request, and opens the way to the tools. Throws SANDBOX_UNFIT without
 * Node 18 or newer, SANDBOX_NOT_FOUND, and what connecting throws.
 */
export async function attachSandbox(parts: ToolParts, order: AttachOrder): Promise<AttachedSandbox> {
  const { client, provider } = parts;
  const { sandboxId, sandboxDir, wrapperFile, grant, signal } = order;
  try {
    const { endAtMs } = await provider.describe(sandboxId);
    // Connecting gives no more time than it has, and takes none away.
    const leftMs = Math.max(endAtMs - Date.now(), SHORTEST_LIFE_MS);
    const { endpoint } = await provider.connect(sandboxId, leftMs);
    const command = { cwd: sandboxDir, timeoutMs: COMMAND_MS };
    const run = (cmd: string, args: readonly string[], running: AbortSignal): Promise<CommandResult> =>
      runCommand(client, endpoint, { ...command, cmd, args }, running);
    const nodeVersion = checkNode(await run('/bin/sh', ['-c', NODE_VERSION], signal), sandboxId);
    const relay = { path: RELAY_PLACE, content: await readFile(parts.relayFile) };
    const wrapper = await wrapperFiles({ wrapperFile, sandboxDir, envs: relayEnvs(grant) });
    await writeFiles(client, endpoint, [relay, ...wrapper], signal);
    const tools = openScriptTools(parts, toLive({ id: sandboxId, endpoint }, endAtMs), grant);
    let isClosed = false;
    return {
      envs: tools.envs,
      nodeVersion,
      verify: async (verifying) => {
        // A program in there would look for the way that is closed until its patience ends.
        if (isClosed) throw closedTo(sandboxId);
        return toVerification(
          await run('node', ['--input-type=module', '-e', VERIFY_CODE], verifying),
          sandboxId,
        );
      },
      [Symbol.asyncDispose]: async () => {
        isClosed = true;
        await tools[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    grant.bridge[Symbol.dispose]();
    throw thrown;
  }
}

function closedTo(sandboxId: string): IrisError {
  return new IrisError('IRIS_UNAVAILABLE', `The tools are closed to sandbox ${sandboxId}`, {
    hint: 'Open them again with setupIrisSandbox().',
  });
}

function checkNode({ stdout }: CommandResult, sandboxId: string): string {
  const version = stdout.trim();
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  if (major >= OLDEST_NODE) return version;
  const found = version === 'none' ? 'no Node' : `Node ${version}`;
  throw new IrisError(
    'SANDBOX_UNFIT',
    `Sandbox ${sandboxId} has ${found}, and the client needs ${OLDEST_NODE} or newer`,
    {
      hint: 'Make it from a template with Node, such as base or code-interpreter-v1.',
    },
  );
}

function toVerification({ exitCode, stdout, stderr }: CommandResult, sandboxId: string): Verification {
  const roundTripMs = Number(/^roundTripMs=([\d.]+)$/m.exec(stdout)?.[1]);
  if (exitCode === 0 && Number.isFinite(roundTripMs)) return { roundTripMs };
  const reason = /^(?:\w*Error\b.*)$/m.exec(stderr)?.[0] ?? stderr.trim().split('\n').at(-1) ?? '';
  throw new IrisError(
    'IRIS_UNAVAILABLE',
    `Programs in sandbox ${sandboxId} do not reach the tools: ${reason}`,
    {
      hint: 'Set it up again: what was put there may be gone, or the way to it was closed.',
    },
  );
}

/** The relay needs no more of it than where it is, and that the relay is in place. */
function toLive(sandbox: Sandbox, endAtMs: number): LiveSandbox {
  return {
    key: sandbox.id,
    identity: undefined,
    sandbox,
    ref: { id: sandbox.id, name: '', provider: 'e2b', isolation: 'microvm' },
    origin: { type: 'resumed' },
    written: new Set([RELAY_PLACE]),
    endAtMs,
    keptUntilMs: endAtMs,
    runs: 0,
    endMoved: Promise.resolve(),
  };
}
