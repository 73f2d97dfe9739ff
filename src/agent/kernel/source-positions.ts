import { SourceMap } from 'node:module';

const MAX_MAPS = 500;
const MAP_COMMENT = /\n\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/;
const POSITION = /([^\s()'"]+?):(\d+):(\d+)/g;
/** Frames that lie between a cell and the event loop. */
const OWN_FRAME = /[\\/]kernel\.cjs:|\(node:(?:vm|internal)|at node:(?:vm|internal)/;

/** Where things stand in the code that was written, for code that runs transpiled. */
export class SourcePositions {
  readonly #maps = new Map<string, SourceMap>();

  /** Takes the source map off transpiled code and remembers it. */
  takeMap(name: string, code: string): string {
    const [comment, encoded] = MAP_COMMENT.exec(code) ?? [];
    if (comment === undefined || encoded === undefined) return code;
    this.#maps.set(name, new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString())));
    const oldest = this.#maps.keys().next();
    if (this.#maps.size > MAX_MAPS && oldest.done !== true) this.#maps.delete(oldest.value);
    return code.slice(0, -comment.length);
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
    return line.replaceAll(POSITION, (given: string, name: string, row: string, column: string) => {
      const entry = this.#maps.get(name)?.findEntry(Number(row) - 1, Number(column) - 1);
      if (entry === undefined || !('originalLine' in entry)) return given;
      return `${name}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
  }
}

function headingOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
