import { readFileSync } from 'node:fs';
import type { DaemonStatus } from '../../contract/daemon-wire.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { IrisError, toIrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import { ownDaemonPaths } from '../own-daemon.ts';
import type { CliContext } from '../context.ts';
import { formatAge } from '../render/age.ts';

const STOP_BUDGET_MS = 12_000;
const POLL_MS = 20;
/** As systemctl does: "not running" is an answer, and a script can tell it from "running". */
const NOT_RUNNING_EXIT = 3;

/** `iris daemon status`: who runs, since when, with what. */
export async function daemonStatus(options: { readonly json?: boolean }, context: CliContext): Promise<void> {
  const status = await statusOrNone();
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ running: status !== undefined, ...status })}\n`);
  } else if (status === undefined) {
    process.stdout.write('not running\n');
  } else {
    process.stdout.write(`${describe(status)}\n`);
  }
  if (status === undefined) context.exitCode = NOT_RUNNING_EXIT;
}

/** `iris daemon stop`: ends the daemon and waits until it is gone. */
export async function daemonStop(options: { readonly json?: boolean }): Promise<void> {
  const status = await statusOrNone();
  const stopped = status === undefined ? undefined : await stopAndWait(status);
  if (options.json === true) process.stdout.write(`${JSON.stringify({ stopped: stopped ?? null })}\n`);
  else if (stopped === undefined) process.stderr.write('iris: the daemon is not running\n');
  else process.stdout.write(`stopped (pid ${stopped.pid})\n`);
}

async function stopAndWait(status: DaemonStatus): Promise<{ readonly pid: number }> {
  await askDaemon('stop', {}, undefined);
  const deadline = Date.now() + STOP_BUDGET_MS;
  while (isAlive(status.pid)) {
    if (Date.now() > deadline) {
      throw new IrisError('DAEMON_UNREACHABLE', `The daemon (pid ${status.pid}) does not end`, {
        hint: `End it with: kill -9 ${status.pid}`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { pid: status.pid };
}

async function statusOrNone(): Promise<DaemonStatus | undefined> {
  try {
    return await askDaemon('status', {}, undefined);
  } catch (thrown) {
    if (toIrisError(thrown).code === 'DAEMON_UNREACHABLE') return undefined;
    throw thrown;
  }
}

function describe(status: DaemonStatus): string {
  return [
    `running   pid ${status.pid}, iris ${status.version} (${status.build}), up ${formatAge(status.uptimeMs)}`,
    `sandboxes ${status.sandboxes} on this machine, ${status.runs} runs now`,
    `memory    ${formatByteSize(status.rssBytes)}`,
    `socket    ${status.socket}`,
    `log       ${status.log}`,
    `folder    ${ownDaemonPaths().stateDir}`,
  ].join('\n');
}

/** A process that has ended is one no more, even where nobody has taken note of its end yet. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    // Not Linux, or gone by now: the next look will tell.
    return true;
  }
}
