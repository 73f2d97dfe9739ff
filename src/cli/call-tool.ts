import { askDaemon } from './ask-daemon.ts';
import { storeContext } from '../contract/caller-context.ts';
import type { CliContext } from './context.ts';

/** Calls a tool through the daemon and returns its answer. */
export async function callTool(
  tool: string,
  input: unknown,
  context: CliContext,
  sessionId?: string,
): Promise<unknown> {
  const pieces: Buffer[] = [];
  const params = { ...storeContext(process.env, process.cwd()), tool, input, sessionId };
  // The bytes lie in a buffer that is used again.
  await askDaemon('tool.call', params, context.distDir, (bytes) => pieces.push(Buffer.from(bytes)));
  return JSON.parse(Buffer.concat(pieces).toString('utf8'));
}
