import type { IncomingMessage } from 'node:http';
import { InterpreterFailure } from './interpreter-failure.ts';

export interface ExecuteRequest {
  readonly code: string;
  readonly env: Readonly<Record<string, string>>;
  readonly contextId: string | undefined;
  readonly language: string | undefined;
}

export interface ContextRequest {
  readonly language: string | undefined;
  readonly cwd: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const STATUS_TOO_LARGE = 413;

/** Reads the body of POST /execute. Throws InterpreterFailure. */
export async function readExecuteRequest(request: IncomingMessage): Promise<ExecuteRequest> {
  const fields = await readFields(request);
  const code = textField(fields, 'code');
  if (code === undefined) throw new InterpreterFailure(400, 'code is missing');
  const contextId = textField(fields, 'context_id');
  const language = textField(fields, 'language');
  if (contextId !== undefined && language !== undefined) {
    throw new InterpreterFailure(400, 'Only one of context_id or language can be provided');
  }
  return { code, contextId, language, env: environmentField(fields) };
}

/** Reads the body of POST /contexts. Throws InterpreterFailure. */
export async function readContextRequest(request: IncomingMessage): Promise<ContextRequest> {
  const fields = await readFields(request);
  return { language: textField(fields, 'language'), cwd: textField(fields, 'cwd') };
}

async function readFields(request: IncomingMessage): Promise<Fields> {
  const text = await readText(request);
  try {
    const parsed: unknown = JSON.parse(text === '' ? '{}' : text);
    if (isFields(parsed)) return parsed;
  } catch (cause) {
    throw new InterpreterFailure(400, 'The body is not JSON', { cause });
  }
  throw new InterpreterFailure(400, 'The body is not a JSON object');
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new InterpreterFailure(STATUS_TOO_LARGE, `The body is larger than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new InterpreterFailure(400, `${name} is not a string`);
}

function environmentField(fields: Fields): Record<string, string> {
  const value = fields['env_vars'] ?? {};
  if (!isFields(value)) throw new InterpreterFailure(400, 'env_vars is not an object');
  const env: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string')
      throw new InterpreterFailure(400, `env_vars.${name.slice(0, 80)} is not a string`);
    // No environment can hold these.
    if (name === '' || /[=\0]/.test(name) || text.includes('\0')) {
      throw new InterpreterFailure(400, `env_vars has a name or value that no environment can hold`);
    }
    env[name] = text;
  }
  return env;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
