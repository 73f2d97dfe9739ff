import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { renderTable } from '../render/table.ts';

/** `iris tools ls`: what can be called, by group. */
export async function toolsLs(options: { readonly json?: boolean }, context: CliContext): Promise<void> {
  const tools = await askDaemon('tool.list', callerContext(process.env, process.cwd()), context.distDir);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(tools, undefined, 2)}\n`);
    return;
  }
  const rows = tools.map(({ name, group, effect, title }) => [name, group, effect, title]);
  process.stdout.write(renderTable(['NAME', 'GROUP', 'EFFECT', 'TITLE'], rows));
}
