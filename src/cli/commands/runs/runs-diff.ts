import { createTwoFilesPatch } from 'diff';
import { readOutput } from '../../../app/runs/read-output.ts';
import { findRun } from '../../../app/runs/read-runs.ts';
import { runFolder } from '../../../app/runs/run-folder.ts';
import { printJson } from '../../terminal/print.ts';
import { paintDiff } from '../../render/prompt-diff.ts';
import { differingFacts, renderDifferences } from '../../render/run-diff.ts';
import { openScreen } from '../../terminal/screen.ts';
import { openKeptRuns } from './kept-runs.ts';

const SOURCES = ['stdout', 'stderr'] as const;
const MAX_COMPARED_BYTES = 512 * 1024;
const MAX_COMPARING_MS = 2000;
const MAX_SHOWN_LINES = 200;

interface OutputDifference {
  readonly source: (typeof SOURCES)[number];
  /** Unified; undefined where they differ too much. */
  readonly diff: string | undefined;
}

/** `iris runs diff`: how two runs differ in their facts, their times and their output. */
export async function runsDiff(
  first: string,
  second: string,
  options: { readonly json?: boolean },
): Promise<void> {
  const stateDir = await openKeptRuns();
  const [from, to] = [await findRun(stateDir, first), await findRun(stateDir, second)];
  const facts = differingFacts(from, to);
  const outputs: OutputDifference[] = [];
  for (const source of SOURCES) {
    const texts = await Promise.all([from, to].map(({ id }) => readText(runFolder(stateDir, id), source)));
    const [before = '', after = ''] = texts;
    if (before !== after) outputs.push({ source, diff: compare([from.id, to.id], source, [before, after]) });
  }
  if (options.json === true) return printJson({ from: from.id, to: to.id, facts, outputs });
  const screen = openScreen();
  process.stdout.write(renderDifferences(facts, screen));
  if (outputs.length === 0) process.stdout.write('\nThey wrote the same.\n');
  for (const { source, diff } of outputs)
    process.stdout.write(`\n${diff === undefined ? tooFar(source) : paintDiff(shorten(diff), screen)}`);
}

/** The beginning of what is kept of one stream. */
async function readText(folder: string, wanted: OutputDifference['source']): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const one of readOutput({ folder })) {
    if (one.type === 'output' && one.source !== wanted) continue;
    const piece = one.type === 'gap' ? Buffer.from(`\n(${one.bytes} bytes are left out)\n`) : one.data;
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MAX_COMPARED_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, MAX_COMPARED_BYTES).toString('utf8');
}

function compare(
  [from, to]: readonly [string, string],
  source: string,
  [before, after]: readonly [string, string],
): string | undefined {
  const patch = createTwoFilesPatch(`${source} of ${from}`, `${source} of ${to}`, before, after, '', '', {
    context: 2,
    timeout: MAX_COMPARING_MS,
  });
  return patch?.replace(/^=+\n/, '');
}

function shorten(diff: string): string {
  const lines = diff.split('\n');
  if (lines.length <= MAX_SHOWN_LINES) return diff;
  const left = lines.length - MAX_SHOWN_LINES;
  return `${lines.slice(0, MAX_SHOWN_LINES).join('\n')}\n(${left} more lines)\n`;
}

function tooFar(source: string): string {
  return `Their ${source} differs too much to be compared.\n`;
}
