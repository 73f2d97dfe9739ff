interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Changes to a text, given by positions in the original one. */
export class TextEdits {
  readonly #original: string;
  readonly #edits: Edit[] = [];

  constructor(original: string) {
    this.#original = original;
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  /** Replaces a part and keeps as many lines as it had. */
  replaceAll({ start, end }: { readonly start: number; readonly end: number }, text: string): void {
    const newlines = this.#original.slice(start, end).match(/\n/g)?.length ?? 0;
    this.replace(start, end, text + '\n'.repeat(newlines));
  }

  /** The changed text; edits at one place stay in the order in which they were made. */
  apply(): string {
    const parts: string[] = [];
    let position = 0;
    for (const { start, end, text } of this.#edits.toSorted((a, b) => a.start - b.start)) {
      parts.push(this.#original.slice(position, start), text);
      position = Math.max(position, end);
    }
    parts.push(this.#original.slice(position));
    return parts.join('');
  }
}
