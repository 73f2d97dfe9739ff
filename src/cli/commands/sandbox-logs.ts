import type { SandboxLog } from '../../contract/sandbox-wire.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { printJson, printNothing } from '../terminal/print.ts';
import { oneLine } from '../render/plain-text.ts';

const DEFAULT_LINES = 50;
const MOST_LINES = 1000;
/** What the provider notes for itself, and a reader does not miss. */
const OWN_FIELDS = new Set(['logger', 'event']);

/** `iris sandbox logs`: what happened to a sandbox, oldest first. */
export async function sandboxLogs(
  target: string,
  options: { readonly json?: boolean; readonly lines?: number },
  context: CliContext,
): Promise<void> {
  // No provider gives more at once.
  const limit = Math.min(options.lines ?? DEFAULT_LINES, MOST_LINES);
  const params = { ...callerContext(process.env, process.cwd()), target, limit };
  const log = await askDaemon('sandbox.logs', params, context.distDir);
  if (options.json === true) return printJson(log.lines);
  if (log.lines.length === 0) {
    printNothing(`no logs of ${log.name} (${log.id})`, 'The provider keeps them for a while only.');
    return;
  }
  process.stdout.write(log.lines.map(renderLine).join(''));
}

function renderLine({ at, level, message, fields }: SandboxLog['lines'][number]): string {
  const facts = Object.entries(fields)
    .filter(([name]) => !OWN_FIELDS.has(name))
    .map(([name, value]) => ` ${name}=${value}`);
  return `${oneLine(`${at} ${level.padEnd(5)} ${message}${facts.join('')}`)}\n`;
}
