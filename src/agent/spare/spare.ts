import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { announceEnd } from './announce-end.ts';
import { SOURCE_MAPS_FLAG, SPARE_JOB_FD, type SpareJob } from './spare-job.ts';

/** Modules that scripts ask for often: loaded here, before anybody waits. */
const COMMON_MODULES = [
  'assert',
  'async_hooks',
  'buffer',
  'child_process',
  'crypto',
  'events',
  'fs/promises',
  'http',
  'https',
  'net',
  'os',
  'path',
  'perf_hooks',
  'process',
  'readline',
  'stream',
  'stream/promises',
  'string_decoder',
  'timers/promises',
  'tls',
  'url',
  'util',
  'worker_threads',
  'zlib',
];
const READ_BYTES = 64 * 1024;

// An ES module, so that Node's loader of ES modules has done all its work once before a script needs it.
becomeScript();

function becomeScript(): void {
  const require = createRequire(import.meta.url);
  for (const name of COMMON_MODULES) require(`node:${name}`);
  // Node takes the real path of the script that it runs: this warms that up.
  realpathSync(fileURLToPath(import.meta.url));
  const text = readJobText();
  if (text === '') process.exit(0);
  takeOver(JSON.parse(text));
  announceEnd();
  // From the event loop, so that no frame of this file stands in the script's stack traces.
  setImmediate(Module.runMain, undefined);
}

/** Blocks until the agent has written the whole job. Empty when the agent went away. */
function readJobText(): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(READ_BYTES);
    const bytes = readSync(SPARE_JOB_FD, chunk);
    if (bytes === 0) break;
    chunks.push(chunk.subarray(0, bytes));
  }
  return Buffer.concat(chunks).toString();
}

function takeOver(job: SpareJob): void {
  if (!job.hasStdin) replaceStdinByNothing();
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, job.env);
  process.chdir(job.cwd);
  const [script = '', ...args] = job.args;
  process.argv = [process.execPath, path.resolve(script), ...args];
  process.execArgv = job.hasSourceMaps ? [SOURCE_MAPS_FLAG] : [];
  if (!job.hasSourceMaps) process.setSourceMapsEnabled(false);
  process.mainModule = undefined;
}

/** The lowest free descriptor is the one just closed: 0 becomes /dev/null, as in a plain start without input. */
function replaceStdinByNothing(): void {
  closeSync(0);
  openSync('/dev/null', 'r');
}
