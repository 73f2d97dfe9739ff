import type { OutputPiece } from '../../../app/runs/output-frame.ts';
import { IrisError } from '../../../core/errors.ts';

/** A line that is longer is taken for several. */
const LONGEST_LINE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Takes output apart into lines, of each source by itself, and gives those that match. */
export interface LineGrep {
  add(piece: OutputPiece): OutputPiece[];
  /** Gives the last lines where they have no end. */
  end(): OutputPiece[];
}

/** Throws USAGE_INVALID for what is no regular expression. */
export function openLineGrep(expression: string): LineGrep {
  const pattern = toPattern(expression);
  const open = new Map<OutputPiece['source'], OutputPiece>();
  const isMeant = ({ data }: OutputPiece): boolean =>
    pattern.test(data.toString('utf8').replace(/\r?\n$/, ''));
  return {
    add: (piece) => {
      const before = open.get(piece.source)?.data;
      const bytes = before === undefined ? piece.data : Buffer.concat([before, piece.data]);
      const lines: OutputPiece[] = [];
      let at = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, at)) {
        lines.push({ ...piece, data: bytes.subarray(at, end + 1) });
        at = end + 1;
      }
      const rest = { ...piece, data: Buffer.from(bytes.subarray(at)) };
      if (rest.data.length > LONGEST_LINE_BYTES) lines.push(rest);
      if (rest.data.length > 0 && rest.data.length <= LONGEST_LINE_BYTES) open.set(piece.source, rest);
      else open.delete(piece.source);
      return lines.filter(isMeant);
    },
    end: () => [...open.values()].filter(isMeant),
  };
}

function toPattern(expression: string): RegExp {
  try {
    return new RegExp(expression, 'u');
  } catch (cause) {
    throw new IrisError('USAGE_INVALID', `--grep ${expression} is no regular expression`, {
      hint: cause instanceof Error ? cause.message : 'See the regular expressions of JavaScript.',
      cause,
    });
  }
}
