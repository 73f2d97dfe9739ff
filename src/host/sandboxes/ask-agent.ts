import { request as httpRequest, type IncomingMessage } from 'node:http';
import { IrisError } from '../../core/errors.ts';
import type { ChannelAgent } from './channel-agent.ts';

/** The port that means envd itself, in E2B and here. */
export const ENVD_PORT = 49983;

const MAX_REPLY_BYTES = 64 * 1024;

interface AgentQuestion {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

/** Asks the agent of one sandbox a short question and returns its answer. The answer is not to be trusted. */
export async function askAgent(
  agent: ChannelAgent,
  question: AgentQuestion,
): Promise<{ readonly status: number; readonly body: string }> {
  const reply = await send(agent, question);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply.iterator()) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) {
      throw new IrisError(
        'SANDBOX_LOST',
        `The sandbox answered ${question.path} with over ${MAX_REPLY_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return { status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
}

function send(agent: ChannelAgent, { method, path, json, signal }: AgentQuestion): Promise<IncomingMessage> {
  const body = json === undefined ? '' : JSON.stringify(json);
  const headers = json === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    httpRequest({ agent, host: 'localhost', port: ENVD_PORT, method, path, headers, signal })
      .once('response', resolve)
      .on('error', reject)
      .end(body);
  });
}
