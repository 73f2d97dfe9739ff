import { toVlq, VlqReader } from './vlq.ts';

interface Segment {
  generated: number;
  source: number;
  line: number;
  column: number;
  name: number;
}

const COMMA = ','.charCodeAt(0);
const SEMICOLON = ';'.charCodeAt(0);

/** Keeps every segment of the sources marked in `isFull`; of others only the first in each line, without its name. */
export function thinMappings(mappings: string, isFull: readonly boolean[]): string {
  const reader = new VlqReader(mappings);
  const writer = new MappingWriter();
  const at: Segment = { generated: 0, source: 0, line: 0, column: 0, name: 0 };
  let isLineStart = true;
  while (reader.position < mappings.length) {
    const code = mappings.charCodeAt(reader.position);
    if (code === SEMICOLON || code === COMMA) {
      reader.position += 1;
      if (code === COMMA) continue;
      writer.endLine();
      at.generated = 0;
      isLineStart = true;
      continue;
    }
    const fields = readSegment(reader, at, mappings);
    const isWhole = isFull[at.source] === true;
    if (fields > 1 && (isWhole || isLineStart)) writer.add(at, isWhole && fields > 4);
    if (fields > 1) isLineStart = false;
  }
  return writer.text;
}

/** Moves `at` on by one segment and returns how many fields that has. */
function readSegment(reader: VlqReader, at: Segment, mappings: string): 1 | 4 | 5 {
  at.generated += reader.read();
  if (isSegmentEnd(mappings, reader.position)) return 1;
  at.source += reader.read();
  at.line += reader.read();
  at.column += reader.read();
  if (isSegmentEnd(mappings, reader.position)) return 4;
  at.name += reader.read();
  return 5;
}

function isSegmentEnd(mappings: string, position: number): boolean {
  const code = mappings.charCodeAt(position);
  return position >= mappings.length || code === COMMA || code === SEMICOLON;
}

/** Every field is written as the difference to the segment before. */
class MappingWriter {
  readonly #last: Segment = { generated: 0, source: 0, line: 0, column: 0, name: 0 };
  #isLineStart = true;
  text = '';

  add(segment: Segment, hasName: boolean): void {
    const last = this.#last;
    if (!this.#isLineStart) this.text += ',';
    this.#isLineStart = false;
    this.text +=
      toVlq(segment.generated - last.generated) +
      toVlq(segment.source - last.source) +
      toVlq(segment.line - last.line) +
      toVlq(segment.column - last.column);
    if (hasName) {
      this.text += toVlq(segment.name - last.name);
      last.name = segment.name;
    }
    last.generated = segment.generated;
    last.source = segment.source;
    last.line = segment.line;
    last.column = segment.column;
  }

  endLine(): void {
    this.text += ';';
    this.#last.generated = 0;
    this.#isLineStart = true;
  }
}
