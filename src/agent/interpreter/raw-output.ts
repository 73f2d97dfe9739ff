import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface RawOutputOptions {
  readonly pipe: Readable;
  readonly give: (text: string) => void;
  /** A line that the kernel's own program writes and no cell meant. */
  readonly noise: RegExp | undefined;
}

/** How long the beginning of a line waits for its end. */
const MAX_WAIT_MS = 20;
const MAX_LINE_CHARS = 64 * 1024;
/** A flood is passed on as it comes: a message for each of its lines would be most of the work. */
const MAX_LINES_AT_ONCE = 64;

/** What programs write past their kernel, as lines. */
export class RawOutput {
  readonly #options: RawOutputOptions;
  readonly #decoder = new StringDecoder('utf8');
  #begun = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RawOutputOptions) {
    this.#options = options;
    options.pipe.on('data', (bytes: Buffer) => this.#take(this.#decoder.write(bytes)));
    options.pipe.once('close', () => clearTimeout(this.#timer));
  }

  /** Gives out a line that has no end yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const begun = this.#begun;
    this.#begun = '';
    if (begun !== '') this.#options.give(begun);
  }

  #take(text: string): void {
    const lines = (this.#begun + text).split(/(?<=\n)/);
    this.#begun = lines.at(-1)?.endsWith('\n') === false ? (lines.pop() ?? '') : '';
    const { give, noise } = this.#options;
    const meant = noise ? lines.filter((line) => !noise.test(line)) : lines;
    if (meant.length > MAX_LINES_AT_ONCE) give(meant.join(''));
    else for (const line of meant) give(line);
    if (this.#begun.length > MAX_LINE_CHARS) this.flush();
    else if (this.#begun !== '') this.#timer ??= setTimeout(() => this.flush(), MAX_WAIT_MS);
  }
}
