/** The longest delay that setTimeout takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** A deadline that can be moved. Its timer never keeps the process alive. */
export class Expiry {
  readonly #onExpired: () => void;
  #endAtMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(endAtMs: number, onExpired: () => void) {
    this.#endAtMs = endAtMs;
    this.#onExpired = onExpired;
    this.#arm();
  }

  get endAtMs(): number {
    return this.#endAtMs;
  }

  moveTo(endAtMs: number): void {
    this.#endAtMs = endAtMs;
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const delayMs = Math.min(Math.max(this.#endAtMs - Date.now(), 0), MAX_DELAY_MS);
    this.#timer = setTimeout(() => this.#fire(), delayMs).unref();
  }

  #fire(): void {
    if (Date.now() < this.#endAtMs) this.#arm();
    else this.#onExpired();
  }
}
