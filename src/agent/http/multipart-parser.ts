import { never } from '../../core/never.ts';

export interface PartHeaders {
  readonly name: string | undefined;
  readonly filename: string | undefined;
}

/** What a multipart/form-data body consists of, in order. */
export type MultipartEvent =
  | { readonly type: 'part'; readonly headers: PartHeaders }
  | { readonly type: 'data'; readonly bytes: Buffer }
  | { readonly type: 'end-of-part' };

type State = 'preamble' | 'after-delimiter' | 'headers' | 'body' | 'epilogue';

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const DASH = 0x2d;
const CARRIAGE_RETURN = 0x0d;
const MAX_HEADER_BYTES = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/** Cuts multipart/form-data into parts, chunk by chunk. Data are slices of the chunks; only borders are kept. */
export class MultipartParser {
  readonly #delimiter: Buffer;
  #state: State = 'preamble';
  /** The first delimiter needs no line before it. */
  #rest: Buffer = CRLF;

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** Whether the closing delimiter has come. */
  get isComplete(): boolean {
    return this.#state === 'epilogue';
  }

  /** Takes the next chunk. Throws RangeError when the body is malformed. */
  push(chunk: Buffer): MultipartEvent[] {
    const events: MultipartEvent[] = [];
    let input = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = EMPTY;
    for (let next: Buffer | undefined = input; next; next = this.#step(next, events)) input = next;
    if (this.#state !== 'epilogue') this.#rest = this.#keep(input, events);
    return events;
  }

  /** Reads one piece of syntax off the input and returns what follows it; undefined when more input is needed. */
  #step(input: Buffer, events: MultipartEvent[]): Buffer | undefined {
    switch (this.#state) {
      case 'preamble':
        return this.#skipToDelimiter(input);
      case 'body':
        return this.#readBody(input, events);
      case 'after-delimiter':
        return this.#readDelimiterEnd(input);
      case 'headers':
        return this.#readHeaders(input, events);
      case 'epilogue':
        return undefined;
      default:
        return never(this.#state);
    }
  }

  #skipToDelimiter(input: Buffer): Buffer | undefined {
    const at = input.indexOf(this.#delimiter);
    if (at === -1) return undefined;
    this.#state = 'after-delimiter';
    return input.subarray(at + this.#delimiter.length);
  }

  #readBody(input: Buffer, events: MultipartEvent[]): Buffer | undefined {
    const at = input.indexOf(this.#delimiter);
    if (at === -1) return undefined;
    if (at > 0) events.push({ type: 'data', bytes: input.subarray(0, at) });
    events.push({ type: 'end-of-part' });
    this.#state = 'after-delimiter';
    return input.subarray(at + this.#delimiter.length);
  }

  #readDelimiterEnd(input: Buffer): Buffer | undefined {
    if (input.length < 2) return undefined;
    if (input[0] === DASH && input[1] === DASH) {
      this.#state = 'epilogue';
      return undefined;
    }
    const end = input.indexOf(CRLF);
    if (end === -1 && input.length <= MAX_HEADER_BYTES) return undefined;
    if (end === -1 || input.toString('latin1', 0, end).trim() !== '') {
      throw new RangeError('multipart: malformed delimiter');
    }
    this.#state = 'headers';
    // The line break stays: it also starts the blank line that ends a part without headers.
    return input.subarray(end);
  }

  #readHeaders(input: Buffer, events: MultipartEvent[]): Buffer | undefined {
    const end = input.indexOf(END_OF_HEADERS);
    if (end > MAX_HEADER_BYTES || (end === -1 && input.length > MAX_HEADER_BYTES)) {
      throw new RangeError('multipart: header too large');
    }
    if (end === -1) return undefined;
    events.push({ type: 'part', headers: parsePartHeaders(input.toString('utf8', 0, end)) });
    this.#state = 'body';
    return input.subarray(end + END_OF_HEADERS.length);
  }

  /** What has to wait for the next chunk. Of a body that is only what may be the start of a delimiter. */
  #keep(input: Buffer, events: MultipartEvent[]): Buffer {
    if (this.#state === 'after-delimiter' || this.#state === 'headers') return input;
    const tailStart = Math.max(0, input.length - this.#delimiter.length + 1);
    const at = input.indexOf(CARRIAGE_RETURN, tailStart);
    const end = at === -1 ? input.length : at;
    if (this.#state === 'body' && end > 0) events.push({ type: 'data', bytes: input.subarray(0, end) });
    return input.subarray(end);
  }
}

/** The boundary of a multipart/form-data content type, if it is one. */
export function multipartBoundary(contentType: string): string | undefined {
  const match = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(
    contentType,
  );
  return match?.[1] ?? match?.[2];
}

function parsePartHeaders(text: string): PartHeaders {
  const disposition = text.split('\r\n').find((line) => /^content-disposition\s*:/i.test(line)) ?? '';
  return { name: parameter(disposition, 'name'), filename: parameter(disposition, 'filename') };
}

/** A parameter as browsers and fetch write it: quotes and line breaks percent-encoded, nothing else. */
function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:\\\\"|[^"])*)"|([^\\s;]*))`, 'i').exec(disposition);
  const value = match?.[1] ?? match?.[2];
  return value?.replaceAll('\\"', '"').replace(/%22|%0d|%0a/gi, (code) => decodeURIComponent(code));
}
