import { spawn, type ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import type { ChildEnv } from '../user/child-env.ts';
import { SOURCE_MAPS_FLAG, type SpareJob } from './spare-job.ts';

export interface NodeSpareOptions {
  readonly nodeFile: string;
  readonly spareFile: string;
  readonly childEnv: ChildEnv;
}

/** A process that a request asks for, with its directory and environment worked out. */
export interface ProcessPlan {
  readonly cmd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly hasStdin: boolean;
}

/** Variables that a program reads while it starts, so that a started one cannot take new values. */
const READ_AT_START =
  /^(NODE_(?!ENV$)|UV_|LC_|LD_|OPENSSL_|SSL_|ICU_|MALLOC_|GLIBC_)|^(LANG|LANGUAGE|HOME|TZDIR)$/;
const SCRIPT = /^[^-].*\.(mjs|cjs|js)$/;
const REFILL_AFTER_MS = 25;
const REFILL_AFTER_END_MS = 2;
const RETRY_AFTER_MS = 1000;

/** Keeps one started Node in hand that becomes the next `node script` at once. */
export class NodeSpare {
  readonly #options: NodeSpareOptions;
  readonly #isOurNode = new Map<string, boolean>();
  #spare: ChildProcess | undefined;
  #spareEnv: Readonly<Record<string, string>> = {};
  #refillTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: NodeSpareOptions) {
    this.#options = options;
  }

  /** Starts the spare unless there is one. */
  warmUp(): void {
    clearTimeout(this.#refillTimer);
    if (this.#spare || this.#isClosed) return;
    const { nodeFile, spareFile, childEnv } = this.#options;
    this.#spareEnv = childEnv.forProcess({});
    const spare = spawn(nodeFile, [SOURCE_MAPS_FLAG, spareFile], {
      argv0: 'node',
      cwd: '/',
      env: this.#spareEnv,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#spare = spare;
    for (const stream of spare.stdio) stream?.on('error', () => undefined);
    spare.once('error', () => this.#replace(spare));
    spare.once('exit', () => this.#replace(spare));
  }

  /** Turns the spare into what is planned; undefined when there is none or it would not be the same as plain Node. */
  take(plan: ProcessPlan): ChildProcess | undefined {
    const spare = this.#spare;
    const jobPipe = spare?.stdio[3];
    if (!spare?.pid || !(jobPipe instanceof Socket) || !this.#fits(plan)) return undefined;
    this.#spare = undefined;
    spare.removeAllListeners('exit');
    jobPipe.end(JSON.stringify(toJob(plan)));
    if (!plan.hasStdin) spare.stdin?.end();
    this.#refillTimer = setTimeout(() => this.warmUp(), REFILL_AFTER_MS);
    // Starting a process blocks the agent for milliseconds: the end of the script is told first.
    spare.once('close', () => this.#refillAfter(REFILL_AFTER_END_MS));
    return spare;
  }

  /** Replaces the spare, because what it read at its start is no longer right. */
  renew(): void {
    const spare = this.#spare;
    this.#spare = undefined;
    spare?.kill('SIGKILL');
    this.warmUp();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#refillTimer);
    this.#spare?.kill('SIGKILL');
  }

  #fits(plan: ProcessPlan): boolean {
    const args = plan.args[0] === SOURCE_MAPS_FLAG ? plan.args.slice(1) : plan.args;
    return (
      path.basename(plan.cmd) === 'node' &&
      SCRIPT.test(args[0] ?? '') &&
      !hasOtherStartValue(plan.env, this.#spareEnv) &&
      !hasOtherStartValue(this.#spareEnv, plan.env) &&
      this.#isSameNode(plan)
    );
  }

  /** Whether the command, looked up as a shell would, is the very file that the spare runs. */
  #isSameNode({ cmd, cwd, env }: ProcessPlan): boolean {
    const directories = cmd.includes('/') ? [cwd] : (env['PATH'] ?? '').split(':');
    const key = [cmd, ...directories].join(':');
    const known = this.#isOurNode.get(key);
    if (known !== undefined) return known;
    const found = directories.map((directory) => fileIdOf(path.resolve(directory, cmd))).find(Boolean);
    const isSame = found !== undefined && found === fileIdOf(this.#options.nodeFile);
    this.#isOurNode.set(key, isSame);
    return isSame;
  }

  #refillAfter(ms: number): void {
    if (this.#spare || this.#isClosed) return;
    clearTimeout(this.#refillTimer);
    this.#refillTimer = setTimeout(() => this.warmUp(), ms);
  }

  /** A spare that ends by itself is replaced, but not in a tight circle. */
  #replace(spare: ChildProcess): void {
    if (this.#spare !== spare) return;
    this.#spare = undefined;
    if (!this.#isClosed) this.#refillTimer = setTimeout(() => this.warmUp(), RETRY_AFTER_MS);
  }
}

function toJob({ args, env, cwd, hasStdin, cmd }: ProcessPlan): SpareJob {
  const hasSourceMaps = args[0] === SOURCE_MAPS_FLAG;
  return { cmd, args: hasSourceMaps ? args.slice(1) : args, env, cwd, hasStdin, hasSourceMaps };
}

function hasOtherStartValue(
  env: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  return Object.keys(env).some((name) => READ_AT_START.test(name) && env[name] !== other[name]);
}

function fileIdOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
}
