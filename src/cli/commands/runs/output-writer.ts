import { once } from 'node:events';
import type { OutputPiece } from '../../../app/runs/output-frame.ts';
import type { KeptOutput } from '../../../app/runs/read-output.ts';
import { formatByteSize } from '../../../core/byte-size.ts';
import { openJsonText } from '../../render/json-text.ts';
import { openLineGrep } from './grep-lines.ts';

/** Which part of a run's output is shown, and how. */
export interface OutputChoice {
  readonly source: OutputPiece['source'] | undefined;
  readonly sinceMs: number;
  readonly grep: string | undefined;
  readonly isJson: boolean;
}

/** Shows what is kept of a run's output: the bytes of the script unchanged, each source where it belongs. */
export async function writeOutput(output: AsyncIterable<KeptOutput>, choice: OutputChoice): Promise<void> {
  const lines = choice.grep === undefined ? undefined : openLineGrep(choice.grep);
  const show = choice.isJson ? openJsonLines() : { piece: writePiece, end: () => undefined };
  for await (const one of output) {
    if (one.type === 'gap') tellGap(one.bytes, choice.isJson);
    else if (isChosen(one, choice)) for (const piece of lines?.add(one) ?? [one]) await show.piece(piece);
  }
  for (const piece of lines?.end() ?? []) await show.piece(piece);
  show.end();
}

function isChosen({ source, atMs }: OutputPiece, choice: OutputChoice): boolean {
  return (choice.source === undefined || source === choice.source) && atMs >= choice.sinceMs;
}

async function writePiece({ source, data }: OutputPiece): Promise<void> {
  if (!process[source].write(data)) await once(process[source], 'drain');
}

function tellGap(bytes: number, isJson: boolean): void {
  if (isJson) process.stdout.write(`${JSON.stringify({ v: 1, type: 'gap', bytes })}\n`);
  else process.stderr.write(`iris: ${formatByteSize(bytes)} of output are left out here\n`);
}

interface Shower {
  readonly piece: (piece: OutputPiece) => Promise<void>;
  readonly end: () => void;
}

/** A line of JSON for each piece, with the time when it came in. */
function openJsonLines(): Shower {
  let at = '';
  const print = (event: object): boolean => process.stdout.write(`${JSON.stringify({ ...event, at })}\n`);
  const texts = { stdout: openJsonText('stdout', print), stderr: openJsonText('stderr', print) };
  return {
    piece: async ({ source, atMs, data }) => {
      at = new Date(atMs).toISOString();
      if (!texts[source].push(data)) await once(process.stdout, 'drain');
    },
    end: () => {
      texts.stdout.end();
      texts.stderr.end();
    },
  };
}
