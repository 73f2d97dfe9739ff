import chalk from 'chalk';
import type { Check } from '../../contract/daemon-wire.ts';
import { toIrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import { storeContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';

const MARKS = { ok: chalk.green('✓'), warn: chalk.yellow('!'), fail: chalk.red('✗') } as const;

/** `iris doctor`: each part that a run needs, tried; exit 1 when one fails. */
export async function doctor(options: { readonly json?: boolean }, context: CliContext): Promise<void> {
  const checks = await collect(context);
  const isHealthy = checks.every((check) => check.state !== 'fail');
  if (options.json === true)
    process.stdout.write(`${JSON.stringify({ ok: isHealthy, checks }, undefined, 2)}\n`);
  else process.stdout.write(checks.map(renderCheck).join(''));
  if (!isHealthy) context.exitCode = 1;
}

async function collect(context: CliContext): Promise<Check[]> {
  try {
    const checks = await askDaemon('doctor', storeContext(process.env, process.cwd()), context.distDir);
    return [{ name: 'daemon', state: 'ok', text: 'running and of this version' }, ...checks];
  } catch (thrown) {
    const error = toIrisError(thrown);
    return [{ name: 'daemon', state: 'fail', text: error.message, fix: error.hint }];
  }
}

function renderCheck(check: Check): string {
  const line = `${MARKS[check.state]} ${check.name.padEnd(10)} ${check.text}\n`;
  return check.fix === undefined ? line : `${line}  ${' '.repeat(10)} fix: ${check.fix}\n`;
}
