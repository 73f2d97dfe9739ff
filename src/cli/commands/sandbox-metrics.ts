import { formatByteSize } from '../../core/byte-size.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { printJson, printNothing } from '../terminal/print.ts';
import { formatNumber } from '../render/figures.ts';

/** `iris sandbox metrics`: the processor, memory and disk that a sandbox uses now. */
export async function sandboxMetrics(
  target: string,
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const params = { ...callerContext(process.env, process.cwd()), target };
  const { id, name, state, usage } = await askDaemon('sandbox.metrics', params, context.distDir);
  if (options.json === true) return printJson({ id, name, state, usage: usage ?? null });
  if (usage === undefined) {
    if (state === 'paused')
      printNothing(
        `${name} (${id}) is paused and uses nothing`,
        `Wake it up with: iris sandbox resume ${id}`,
      );
    else printNothing(`there are no figures of ${name} (${id}) yet`, 'Ask again in a few seconds.');
    return;
  }
  const lines = [
    ['cpu', `${formatNumber(usage.cpuPercent)}% (${usage.cores} cores)`],
    ['memory', `${formatByteSize(usage.memoryBytes)} of ${formatByteSize(usage.memoryLimitBytes)}`],
    ['disk', `${formatByteSize(usage.diskBytes)} of ${formatByteSize(usage.diskLimitBytes)}`],
  ] as const;
  process.stdout.write(lines.map(([key, value]) => `${key.padEnd(7)} ${value}\n`).join(''));
}
