import { wrapperFiles } from '../app/attach-tools.ts';
import { packageFiles } from '../app/package-files.ts';
import { IrisError } from '../core/errors.ts';
import type { Attached } from './attached.ts';
import { DIST_DIR, type IrisCodeExecutor } from './iris-code-executor.ts';
import { getExecutor } from './shared-executor.ts';

/** A sandbox that was made with E2B's SDK; its `Sandbox` is one. */
export interface SandboxLike {
  readonly sandboxId: string;
}

export interface SetupOptions {
  /**
   * Whose data the tools work on, what they may do, and which key reaches the sandbox.
   * @default getExecutor()
   */
  readonly executor?: IrisCodeExecutor | undefined;
  /**
   * The folder of the sandbox whose programs import the client.
   * @default "/home/user"
   */
  readonly dir?: string | undefined;
  /** Gives the set-up up. */
  readonly signal?: AbortSignal | undefined;
}

/** A sandbox whose programs call the tools of iris, until it is closed here; the sandbox itself lives on. */
export interface IrisSandbox extends AsyncDisposable {
  readonly sandboxId: string;
  /** Variables for programs that bring a client of their own. */
  readonly envs: Readonly<Record<string, string>>;
  /** Such as `v22.4.0`. */
  readonly nodeVersion: string;
  /** Milliseconds from a program in the sandbox to the tools and their data, and back. */
  readonly roundTripMs: number;
  /** Closes the way to the tools. Calls of programs that still run fail from then on. */
  close(): Promise<void>;
}

export interface McpConnection {
  readonly sandboxId: string;
  readonly roundTripMs: number;
}

/** A file to be written into a sandbox, or baked into a template. */
export interface WrapperFile {
  /** Absolute path in the sandbox. */
  readonly path: string;
  readonly content: string;
}

const HOME = '/home/user';
const opened = new WeakMap<IrisSandbox, Attached>();

/**
 * Puts the client of iris into a sandbox of yours, opens the way to the tools, and calls one from within to see that it
 * works. Programs in `dir` then import `iris-prime`, or `./iris-prime`. The sandbox needs Node 18 or newer. Throws
 * AUTH_MISSING without a key, SANDBOX_NOT_FOUND, SANDBOX_UNFIT, IRIS_UNAVAILABLE where the way does not work, and IRIS_CLOSED.
 *
 * @example
 * import { Sandbox } from '@e2b/code-interpreter';
 * import { setupIrisSandbox } from 'iris-prime/executor';
 * const sandbox = await Sandbox.create();
 * await using iris = await setupIrisSandbox(sandbox);
 * await sandbox.files.write('a.mjs', "import { iris } from 'iris-prime'; await iris.logEvent('hello', {});");
 * await sandbox.commands.run('node a.mjs');
 */
export async function setupIrisSandbox(
  sandbox: SandboxLike,
  options: SetupOptions = {},
): Promise<IrisSandbox> {
  const { executor = getExecutor(), dir = HOME, signal } = options;
  const { sandboxId } = sandbox;
  checkDir(dir);
  const attached = await executor.attach(sandboxId, { dir, signal });
  try {
    const { roundTripMs } = await attached.verify(signal ?? new AbortController().signal);
    const { envs, nodeVersion } = attached;
    const close = async (): Promise<void> => await attached[Symbol.asyncDispose]();
    const set = { sandboxId, envs, nodeVersion, roundTripMs, close, [Symbol.asyncDispose]: close };
    opened.set(set, attached);
    return set;
  } catch (thrown) {
    await attached[Symbol.asyncDispose]();
    throw thrown;
  }
}

/**
 * Calls a tool from within a sandbox that was set up, and tells how long that takes. Throws IRIS_UNAVAILABLE with the
 * part of the way that does not work, USAGE_INVALID for a sandbox that was not set up here.
 *
 * @example
 * import { setupIrisSandbox, verifyMcpConnection } from 'iris-prime/executor';
 * await using iris = await setupIrisSandbox({ sandboxId: 'i2x9kq' });
 * const { roundTripMs } = await verifyMcpConnection(iris);
 * console.log(`${roundTripMs} ms`);
 */
export async function verifyMcpConnection(
  sandbox: IrisSandbox,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<McpConnection> {
  const attached = opened.get(sandbox);
  if (attached === undefined) {
    throw new IrisError('USAGE_INVALID', `Sandbox ${sandbox.sandboxId} was not set up by this program`, {
      hint: 'Give what setupIrisSandbox() gave.',
    });
  }
  const { roundTripMs } = await attached.verify(options.signal ?? new AbortController().signal);
  return { sandboxId: sandbox.sandboxId, roundTripMs };
}

/**
 * Gives the files of the client as `setupIrisSandbox` writes them, for templates that have it from the start; without
 * `envs` of a set-up, a program finds the tools by its variables alone. Throws USAGE_INVALID for a `dir` that is no
 * absolute path.
 *
 * @example
 * import { createIrisWrapper } from 'iris-prime/executor';
 * const files = await createIrisWrapper({ dir: '/home/user' });
 * console.log(files.map(({ path }) => path));
 */
export async function createIrisWrapper(
  options: {
    readonly dir?: string | undefined;
    readonly envs?: Readonly<Record<string, string>> | undefined;
  } = {},
): Promise<WrapperFile[]> {
  const { dir = HOME, envs = {} } = options;
  checkDir(dir);
  const files = await wrapperFiles({
    wrapperFile: packageFiles(DIST_DIR).wrapperFile,
    sandboxDir: dir,
    envs,
  });
  return files.map(({ path, content }) => ({ path, content: content.toString('utf8') }));
}

function checkDir(dir: string): void {
  if (/^\/(?:[^/\0]+\/?)*$/.test(dir) && !dir.split('/').includes('..')) return;
  throw new IrisError('USAGE_INVALID', `dir "${dir}" is not an absolute path in a sandbox`, {
    hint: 'Such as dir: "/home/user".',
  });
}
