import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import {
  EnvelopeDecoder,
  encodeEnvelope,
  END_OF_STREAM,
  type Envelope,
} from '../../src/core/connect-envelope.ts';
import { Mux } from '../../src/core/mux.ts';
import {
  decodeProcessEvent,
  encodeStartRequest,
  type ProcessEnd,
  type StartRequest,
} from '../../src/core/process-wire.ts';

export interface AgentBundle {
  readonly file: string;
  remove(): void;
}

/** Bundles the agent as the release does: agent.cjs with spare.mjs beside it. */
export async function bundleAgent(): Promise<AgentBundle> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'iris-agent-'));
  const common = {
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node18',
    logLevel: 'error',
  } as const;
  await build({
    ...common,
    entryPoints: { agent: 'src/agent/main.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    loader: { '.py': 'text' },
  });
  await build({
    ...common,
    entryPoints: { kernel: 'src/agent/kernel/main.ts', egress: 'src/agent/egress/preload.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  });
  await build({
    ...common,
    entryPoints: { spare: 'src/agent/spare/spare.ts' },
    outExtension: { '.js': '.mjs' },
    format: 'esm',
  });
  return {
    file: path.join(directory, 'agent.cjs'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string | object;
  readonly port?: number;
}

export interface RunResult {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly pty: string;
  readonly end: ProcessEnd | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** An agent in a process of its own, with a home directory of its own, and a client for it. */
export class TestAgent {
  readonly home: string;
  readonly child: ChildProcess;
  readonly mux: Mux;
  readonly #http: http.Agent;

  constructor(file: string, env: Record<string, string> = {}) {
    this.home = mkdtempSync(path.join(os.tmpdir(), 'iris-home-'));
    this.child = spawn(process.execPath, [file], {
      env: { PATH: process.env['PATH'], HOME: this.home, USER: 'user', LANG: 'C.UTF-8', ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    const transport = this.child.stdio[3];
    if (!(transport instanceof Socket)) throw new Error('no transport');
    this.mux = new Mux(transport, { role: 'host' });
    this.#http = new http.Agent({ keepAlive: true });
    this.#http.createConnection = (options) => this.mux.open({ port: Number(options.port) });
  }

  async ask(
    target: string,
    { method = 'GET', headers = {}, body, port = 49_983 }: Ask = {},
  ): Promise<Answer> {
    const response = await this.open(target, { method, headers, body, port });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
  }

  async open(
    target: string,
    { method = 'GET', headers = {}, body, port = 49_983 }: Ask = {},
  ): Promise<IncomingMessage> {
    const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
    const request = http.request({
      agent: this.#http,
      port,
      path: target,
      method,
      headers: isJson ? { 'content-type': 'application/json', ...headers } : headers,
    });
    request.end(isJson ? JSON.stringify(body) : body);
    const [response]: IncomingMessage[] = await once(request, 'response');
    // A connection that breaks later is seen at the response.
    request.on('error', () => undefined);
    if (!response) throw new Error('no response');
    response.on('error', () => undefined);
    return response;
  }

  call(method: string, message: object): Promise<Answer> {
    return this.ask(`/process.Process/${method}`, { method: 'POST', body: message });
  }

  /** Starts over protobuf and collects everything until the end. */
  async run(request: Partial<StartRequest>, headers: OutgoingHttpHeaders = {}): Promise<RunResult> {
    const response = await this.open('/process.Process/Start', {
      method: 'POST',
      headers: { 'content-type': 'application/connect+proto', ...headers },
      body: encodeEnvelope(
        0,
        encodeStartRequest({ cmd: 'true', args: [], envs: {}, hasStdin: false, ...request }),
      ),
    });
    return collect(response);
  }

  shell(command: string, request: Partial<StartRequest> = {}): Promise<RunResult> {
    return this.run({ cmd: '/bin/sh', args: ['-c', command], ...request });
  }

  async close(): Promise<void> {
    const exited =
      this.child.exitCode === null && this.child.signalCode === null ? once(this.child, 'exit') : undefined;
    this.mux.destroy();
    await exited;
    rmSync(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Reads a stream of process events to its end. */
export async function collect(response: IncomingMessage, onPid?: (pid: number) => void): Promise<RunResult> {
  const decoder = new EnvelopeDecoder(4 * 1024 * 1024);
  const output: { stdout: Buffer[]; stderr: Buffer[]; pty: Buffer[] } = { stdout: [], stderr: [], pty: [] };
  let pid = 0;
  let end: ProcessEnd | undefined;
  let error: RunResult['error'];
  const take = ({ flags, payload }: Envelope): void => {
    if (flags === END_OF_STREAM) {
      error = JSON.parse(payload.toString()).error;
      return;
    }
    const event = decodeProcessEvent(payload);
    if (event?.type === 'data') output[event.stream].push(event.bytes);
    if (event?.type === 'end') {
      end = { exitCode: event.exitCode, exited: event.exited, status: event.status, error: event.error };
    }
    if (event?.type !== 'start') return;
    pid = event.pid;
    onPid?.(pid);
  };
  for await (const chunk of response) decoder.push(chunk).forEach(take);
  return {
    pid,
    stdout: Buffer.concat(output.stdout).toString(),
    stderr: Buffer.concat(output.stderr).toString(),
    pty: Buffer.concat(output.pty).toString(),
    end,
    error,
  };
}

/** Polls until `isTrue`; fails after 5 s. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Whether a process of this id lives (a zombie does not). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
