import type { SandboxRef } from '../contract/run-event.ts';
import { NO_PROGRAM_EXIT } from './source/source-command.ts';

export interface Failure {
  readonly exitCode: number;
  readonly signal: string | undefined;
  readonly stderrTail: string;
  readonly sandbox: SandboxRef;
  readonly hasNetwork: boolean;
  /** The bundle's path in the sandbox. */
  readonly entry: string;
}

export interface Explanation {
  readonly text: string;
  readonly hint: string;
  /** The bundle was deleted by an earlier script: it must be sent again. */
  readonly isEntryMissing?: boolean;
}

/** Node's own exit code for a top-level await that nothing can settle; not every Node says so in words. */
const UNSETTLED_EXIT = 13;
const NO_PROGRAM = /^iris: there is no (\S+) in the sandbox$/m;
const NO_NETWORK =
  /\b(ENETUNREACH|EAI_AGAIN|ENOTFOUND|EAI_FAIL|Could not resolve host|Network is unreachable)\b/;
const HEAP_FULL =
  /JavaScript heap out of memory|Array buffer allocation failed|Cannot allocate memory|ENOMEM/;
const DISK_FULL = /\bENOSPC\b|No space left on device/;
const FORK_LIMIT =
  /\bEAGAIN\b.*(?:spawn|fork|uv_thread)|(?:spawn|fork).*\bEAGAIN\b|Resource temporarily unavailable/;

const NO_NATIVE =
  /Could not locate the bindings file|No native build was found for|Could not load the "sharp" module|Cannot find module '[^']+\.node'/;
/** Packages that only look for the native code of others. */
const FINDERS = new Set([
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'prebuild-install',
  'file-uri-to-path',
]);

/** Says why a script probably failed when the reason is the sandbox; undefined when it is the script's own. */
export function explainFailure(failure: Failure): Explanation | undefined {
  if (failure.exitCode === 0) return undefined;
  const { stderrTail } = failure;
  if (stderrTail.includes(`Cannot find module '${failure.entry}'`)) {
    return {
      text: 'An earlier script deleted the uploaded code from the sandbox',
      hint: 'Run again: it is sent anew.',
      isEntryMissing: true,
    };
  }
  const missing = failure.exitCode === NO_PROGRAM_EXIT ? NO_PROGRAM.exec(stderrTail)?.[1] : undefined;
  if (missing !== undefined) {
    return {
      text: `The script needs ${missing}, which this sandbox does not have`,
      hint:
        failure.sandbox.provider === 'e2b'
          ? 'Take a template that has it, such as --template code-interpreter-v1.'
          : `Install ${missing} on this machine: sandboxes see the programs of the system, those in /usr/bin.`,
    };
  }
  if (failure.exitCode === UNSETTLED_EXIT && stderrTail === '') {
    return {
      text: 'The script ended while a top-level await was still waiting (exit code 13)',
      hint: 'Nothing was left that could settle it: look for a promise that is never resolved.',
    };
  }
  if (!failure.hasNetwork && NO_NETWORK.test(stderrTail)) {
    return {
      text: 'This sandbox has no network, so the script could not reach other hosts',
      hint: 'Let it: --net (or network: on in your own config). Data can also come by --include or stdin.',
    };
  }
  if (NO_NATIVE.test(stderrTail)) return noNative(stderrTail);
  if (HEAP_FULL.test(stderrTail)) return limit('memory', 'limits.memory');
  if (DISK_FULL.test(stderrTail)) return limit('disk space', 'limits.homeSize');
  if (FORK_LIMIT.test(stderrTail)) return limit('processes', 'limits.processes');
  if (failure.signal === 'SIGKILL') {
    return {
      text: 'The script was killed (SIGKILL): it was stopped from outside or ran out of memory',
      hint: 'Raise limits.memory in .irisrc, or look at: iris daemon logs',
    };
  }
  return undefined;
}

function noNative(stderrTail: string): Explanation {
  const name = nativePackageIn(stderrTail);
  return {
    text: `The script needs the native code of ${name ?? 'a package'}, which is not sent`,
    hint: `Native modules are built for one machine; let the sandbox have its own: --install ${name ?? '<package>'}`,
  };
}

/** Traces name the original files of a bundle. */
function nativePackageIn(stderr: string): string | undefined {
  const quoted = /Could not load the "([^"]+)" module/.exec(stderr)?.[1];
  const traced = [...stderr.matchAll(/node_modules\/((?:@[^/\s]+\/)?[^/\s)]+)\//g)].map(
    ([, name = '']) => name,
  );
  return quoted ?? traced.find((name) => !FINDERS.has(name));
}

function limit(what: string, key: string): Explanation {
  return { text: `The script reached the sandbox's limit of ${what}`, hint: `Raise ${key} in .irisrc.` };
}

const TAIL_BYTES = 8 * 1024;

/** Keeps the last few KiB of a stream. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk.length > TAIL_BYTES ? chunk.subarray(-TAIL_BYTES) : chunk);
    this.#bytes += Math.min(chunk.length, TAIL_BYTES);
    if (this.#bytes > 8 * TAIL_BYTES) this.#compact();
  }

  text(): string {
    this.#compact();
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  /** Copies, so that the large buffers that chunks are cut from can be freed. */
  #compact(): void {
    const joined = Buffer.from(Buffer.concat(this.#chunks).subarray(-TAIL_BYTES));
    this.#chunks = [joined];
    this.#bytes = joined.length;
  }
}
