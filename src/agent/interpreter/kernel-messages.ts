import type { KernelMessage } from '../kernel/kernel-wire.ts';

const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
const NEWLINE = 0x0a;
/** The representations that E2B's clients know, and whether each is a text. */
const TEXT_FORMATS = [
  'text',
  'html',
  'markdown',
  'svg',
  'png',
  'jpeg',
  'pdf',
  'latex',
  'javascript',
] as const;
const JSON_FORMATS = ['json', 'data', 'chart', 'extra'] as const;

/** Takes a kernel's messages apart. What runs in the kernel can write there too: nothing is taken on trust. */
export class KernelMessageReader {
  #parts: Buffer[] = [];
  #bytes = 0;

  /** The messages that these bytes complete. Throws when one is too large; what is not a message is passed over. */
  push(chunk: Buffer): KernelMessage[] {
    const messages: KernelMessage[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const message = parseMessage(this.#take(chunk.subarray(start, end)));
      if (message) messages.push(message);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return messages;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > MAX_MESSAGE_BYTES) {
      throw new Error(`a message of the kernel is larger than ${MAX_MESSAGE_BYTES} bytes`);
    }
  }

  #take(last: Buffer): string {
    this.#keep(last);
    const line = Buffer.concat(this.#parts).toString();
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }
}

function parseMessage(line: string): KernelMessage | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return isObject(parsed) ? toMessage(parsed) : undefined;
  } catch {
    return undefined;
  }
}

function toMessage(fields: Readonly<Record<string, unknown>>): KernelMessage | undefined {
  const type = fields['type'];
  switch (type) {
    case 'ready':
      return { type };
    case 'stdout':
    case 'stderr':
      return { type, text: textOf(fields['text']) };
    case 'error':
      return {
        type,
        name: textOf(fields['name']),
        value: textOf(fields['value']),
        traceback: textOf(fields['traceback']),
      };
    case 'end':
      return { type, cell: Number(fields['cell']), isLast: fields['isLast'] === true };
    case 'result':
      return { type, formats: knownFormats(fields['formats']), isMain: fields['isMain'] === true };
    default:
      return undefined;
  }
}

function knownFormats(given: unknown): Record<string, unknown> {
  const formats: Record<string, unknown> = {};
  if (!isObject(given)) return formats;
  for (const name of TEXT_FORMATS) {
    if (typeof given[name] === 'string') formats[name] = given[name];
  }
  for (const name of JSON_FORMATS) {
    if (given[name] !== undefined) formats[name] = given[name];
  }
  return formats;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
