import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultConfig } from '../config/default-config.ts';
import { IrisError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { OutputTail } from '../executor/explain-failure.ts';
import type { Executor } from '../executor/open-executor.ts';
import type { Backends } from './backends.ts';

const TIMEOUT_MS = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Evaluates `iris.config.js` or `.ts` in a sandbox of its own and returns what it exports, as JSON.
 * A project that somebody cloned must not run code on the host by having a config.
 */
export async function evaluateCodeConfig(
  file: string,
  options: { backends: Backends; cacheDir: string },
): Promise<unknown> {
  const config = defaultConfig();
  const { executor } = await options.backends.open({ ...config, provider: 'embedded' }, {});
  const scriptFile = await writeProgram(file, options.cacheDir);
  const output = await outputOf(executor, { file, scriptFile });
  try {
    return JSON.parse(output);
  } catch (cause) {
    throw invalid(file, 'It exports nothing that JSON can hold', cause);
  }
}

/** The program that the sandbox runs; its name follows from the config's path, so that it is bundled once. */
async function writeProgram(file: string, cacheDir: string): Promise<string> {
  const digest = createHash('sha256').update(file).digest('hex').slice(0, 16);
  const program = join(cacheDir, 'configs', `${digest}.mjs`);
  await mkdir(dirname(program), { recursive: true });
  await writeFile(
    program,
    `import * as config from ${JSON.stringify(file)};
const exported = config.default ?? config;
process.stdout.write(JSON.stringify(typeof exported === 'function' ? await exported() : exported));
`,
  );
  return program;
}

async function outputOf(
  executor: Executor,
  { file, scriptFile }: { file: string; scriptFile: string },
): Promise<string> {
  const request = {
    runId: newId('config'),
    scriptFile,
    args: [],
    localDir: dirname(file),
    project: pathToFileURL(file).href,
    sandboxName: undefined,
    removeAfter: 'always' as const,
    envs: {},
    includes: [],
    servers: [],
    sandboxCwd: undefined,
    hasNetwork: false,
    timeoutMs: TIMEOUT_MS,
    sandboxTimeoutMs: TIMEOUT_MS,
    sandboxOnTimeout: 'close' as const,
  };
  const io = {
    stdin: undefined,
    onSignal: () => undefined,
    signal: new AbortController().signal,
    confirm: () => Promise.resolve(undefined),
    readEnv: () => Promise.resolve({}),
  };
  const chunks: Buffer[] = [];
  const errors = new OutputTail();
  let bytes = 0;
  for await (const event of executor.run(request, io)) {
    if (event.type === 'stderr') errors.push(event.data);
    if (event.type === 'finished' && event.exitCode !== 0)
      throw invalid(file, `It failed: ${lastLineOf(errors.text())}`);
    if (event.type !== 'stdout') continue;
    bytes += event.data.length;
    if (bytes > MAX_OUTPUT_BYTES) throw invalid(file, 'It exports over 1 MB');
    chunks.push(event.data);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The line that names the error stands before the stack. */
function lastLineOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.find((line) => line !== '') ?? 'no reason given'
  );
}

function invalid(file: string, what: string, cause?: unknown): IrisError {
  return new IrisError('CONFIG_INVALID', `${file}: ${what}`, {
    hint: 'It is evaluated in a sandbox without network; export a plain object, or use .irisrc.',
    cause,
  });
}
