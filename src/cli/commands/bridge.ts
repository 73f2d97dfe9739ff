import { Duplex } from 'node:stream';
import { linesOf } from '../../bridge/lines-of.ts';
import { RunBridge } from '../../bridge/run-bridge.ts';
import type { ToolDoor } from '../../bridge/tool-door.ts';
import type { ToolRow } from '../../contract/daemon-wire.ts';
import { IrisError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callTool } from '../call-tool.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';

/** `iris bridge`: lets a program that iris did not start call tools, over its standard input and output. */
export async function bridge(context: CliContext): Promise<void> {
  const sessionId = process.env['IRIS_SESSION_ID'] ?? newId('session');
  const connection = Duplex.from({ readable: process.stdin, writable: process.stdout });
  connection.on('error', () => undefined);
  using served = new RunBridge({ door: daemonDoor(context, sessionId) });
  await served.serve(connection, linesOf(process.stdin));
}

function daemonDoor(context: CliContext, sessionId: string): ToolDoor {
  const rows = async (): Promise<readonly ToolRow[]> =>
    await askDaemon('tool.list', callerContext(process.env, process.cwd()), context.distDir);
  return {
    call: ({ name, input }) => callTool(name, input, context, sessionId),
    list: async () => (await rows()).map(({ name, title, text }) => ({ name, title, text })),
    search: async (query) => {
      const { answerSearch } = await import('../../bridge/answer-search.ts');
      return answerSearch(query, await rows());
    },
    describe: async (name) => {
      const found = (await rows()).find((row) => row.name === name);
      if (found !== undefined) return found;
      throw new IrisError('IRIS_NOT_FOUND', `There is no tool ${name}`, { hint: 'List them: iris tools ls' });
    },
  };
}
