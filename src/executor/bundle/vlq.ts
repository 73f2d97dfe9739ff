const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CONTINUES = 32;
const PAYLOAD = 31;

/** Reads the base64 VLQ numbers of a source map's `mappings`, one after the other. */
export class VlqReader {
  readonly #text: string;
  readonly #valueOf = Uint8Array.from({ length: 128 }, (_, code) =>
    Math.max(0, DIGITS.indexOf(String.fromCharCode(code))),
  );
  position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const digit = this.#valueOf[this.#text.charCodeAt(this.position++)] ?? 0;
      value |= (digit & PAYLOAD) << shift;
      shift += 5;
      if (digit < CONTINUES) break;
    }
    return (value & 1) === 1 ? -(value >>> 1) : value >>> 1;
  }
}

/** Writes one number as base64 VLQ. */
export function toVlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & PAYLOAD;
    rest >>>= 5;
    text += DIGITS.charAt(rest > 0 ? digit | CONTINUES : digit);
  } while (rest > 0);
  return text;
}
