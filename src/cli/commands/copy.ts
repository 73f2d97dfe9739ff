import { callerContext } from '../../contract/caller-context.ts';
import type { CopyReport } from '../../contract/sandbox-wire.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { parseCopyPlace, toCopyWish } from '../copy/copy-place.ts';
import type { CliContext } from '../context.ts';
import { oneLine } from '../render/plain-text.ts';
import { streamCopy } from '../copy/stream-copy.ts';

export interface CopyOptions {
  readonly clobber: boolean;
  readonly json?: boolean;
}

/** `iris cp from to`: copies files into a sandbox or out of one. */
export async function copy(
  from: string,
  to: string,
  { clobber, json = false }: CopyOptions,
  context: CliContext,
): Promise<void> {
  const wish = toCopyWish(parseCopyPlace(from), parseCopyPlace(to), process.cwd());
  const params = {
    ...callerContext(process.env, process.cwd()),
    ...wish,
    isNoClobber: !clobber,
    umask: process.umask(),
  };
  const report = await streamCopy(params, context.distDir);
  const isOutputTaken = wish.copy.to === null;
  const say = (text: string): void => void process.stderr.write(text);
  if (json) (isOutputTaken ? process.stderr : process.stdout).write(`${JSON.stringify(report)}\n`);
  if (json) return;
  for (const { path, why } of report.skipped) say(`iris: left out ${oneLine(path)}: ${why}\n`);
  say(`iris: ${summary(report, from, to)}\n`);
}

function summary({ files, bytes, links, kept }: CopyReport, from: string, to: string): string {
  const more = [
    ...(links > 0 ? [`${links} ${links === 1 ? 'link' : 'links'}`] : []),
    ...(kept > 0 ? [`left ${kept} alone`] : []),
  ];
  const count = `${files} ${files === 1 ? 'file' : 'files'}`;
  return `copied ${[count, formatByteSize(bytes), ...more].join(', ')}: ${oneLine(from)} to ${oneLine(to)}`;
}
