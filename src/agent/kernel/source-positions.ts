import { SourceMap } from 'node:module';
import { RETURN_PREFIX } from './rewrite-cell.ts';

const MAX_MAPS = 500;
const MAP_COMMENT = /\n\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/;
const POSITION = /([^\s()'"]+?):(\d+):(\d+)/g;
/** Frames that lie between a cell and the event loop. */
const OWN_FRAME = /[\\/]kernel\.cjs:|\(node:(?:vm|internal)|at node:(?:vm|internal)/;

/** Where things stand in the code that was written, for code that runs transpiled. */
export class SourcePositions {
  readonly #maps = new Map<string, SourceMap>();
  /** By cell and line, the column from which the line is shifted. */
  readonly #returns = new Map<string, ReadonlyMap<number, number>>();

  /** Takes the source map off transpiled code and remembers it. */
  takeMap(name: string, code: string): string {
    const [comment, encoded] = MAP_COMMENT.exec(code) ?? [];
    if (comment === undefined || encoded === undefined) return code;
    this.#maps.set(name, new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString())));
    forgetOldest(this.#maps);
    return code.slice(0, -comment.length);
  }

  /** Remembers where a rewritten cell, whose code begins on the second line, is shifted. */
  noteReturns(name: string, rewritten: string): void {
    const columns = rewritten.split('\n').map((line, row) => [row, line.indexOf(RETURN_PREFIX) + 1] as const);
    this.#returns.set(name, new Map(columns.filter(([, column]) => column > 0)));
    forgetOldest(this.#returns);
  }

  /** From now on the stack of every error names the written code and leaves the kernel's own frames out. */
  install(): void {
    Error.prepareStackTrace = (error, frames) => {
      const lines = frames
        .map(String)
        .map((frame) => `    at ${frame}`)
        .filter((line) => !OWN_FRAME.test(line));
      return [headingOf(error), ...lines.map((line) => this.#toWritten(line))].join('\n');
    };
  }

  #toWritten(line: string): string {
    return line.replaceAll(POSITION, (_given: string, name: string, row: string, shifted: string) => {
      const shift = this.#returns.get(name)?.get(Number(row)) ?? Infinity;
      const column = Number(shifted) - (Number(shifted) > shift ? RETURN_PREFIX.length : 0);
      const entry = this.#maps.get(name)?.findEntry(Number(row) - 1, column - 1);
      if (entry === undefined || !('originalLine' in entry)) return `${name}:${row}:${column}`;
      return `${name}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
  }
}

function forgetOldest(known: Map<string, unknown>): void {
  const oldest = known.keys().next();
  if (known.size > MAX_MAPS && oldest.done !== true) known.delete(oldest.value);
}

function headingOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
