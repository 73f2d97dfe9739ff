import { callerContext } from '../../contract/caller-context.ts';
import { IrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import type { CliContext } from '../context.ts';
import { printJson } from '../terminal/print.ts';

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** `iris sandbox snapshot`: keeps the files of a sandbox, for others to begin with. */
export async function sandboxSnapshot(
  target: string,
  { name, json }: { readonly name?: string; readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  if (name !== undefined && !NAME.test(name)) throw notAName(name);
  const params = { ...callerContext(process.env, process.cwd()), target, name };
  const snapshot = await askDaemon('sandbox.snapshot', params, context.distDir);
  if (json === true) return printJson(snapshot);
  process.stdout.write(`${snapshot.id}\n`);
  process.stderr.write(`Begin with its files: iris run --new --template ${snapshot.id} <script>\n`);
}

function notAName(name: string): IrisError {
  return new IrisError('USAGE_INVALID', `${name} is no name for a snapshot`, {
    hint: 'Take 1 to 63 lower-case letters, digits, dashes or underscores, such as with-data.',
  });
}
