import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';
import { toIrisError } from '../core/errors.ts';

/** One call of a tool, without what went in and out. */
export interface LedgerEntry {
  readonly tool: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** `ok`, or the code that it failed with. */
  readonly outcome: string;
  readonly inputSha256: string;
}

/** Calls beyond it are counted and not described. */
const MAX_ENTRIES = 1_000;
const SHA256_OF_NOTHING = sha256('');

/** Notes the calls that a run makes. */
export class CallLedger {
  readonly #entries: LedgerEntry[] = [];
  #callCount = 0;
  #failedCount = 0;

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  get counts(): { readonly calls: number; readonly failed: number } {
    return { calls: this.#callCount, failed: this.#failedCount };
  }

  /** Makes a call and notes it. Throws what it throws. */
  async note(tool: string, input: unknown, call: () => Promise<unknown>): Promise<unknown> {
    const startedAt = Date.now();
    const clock = performance.now();
    const add = (outcome: string, output: unknown): void => {
      this.#add({ tool, startedAt, durationMs: performance.now() - clock, outcome, input, output });
    };
    try {
      const output = await call();
      add('ok', output);
      return output;
    } catch (thrown) {
      this.#failedCount += 1;
      add(toIrisError(thrown).code, undefined);
      throw thrown;
    }
  }

  #add({ startedAt, input, output, ...facts }: NotedCall): void {
    this.#callCount += 1;
    if (this.#entries.length + 1 > MAX_ENTRIES) return;
    const place = this.#entries.length;
    const draft = { ...facts, startedAt: new Date(startedAt).toISOString() };
    this.#entries.push({ ...draft, inputBytes: 0, outputBytes: 0, inputSha256: SHA256_OF_NOTHING });
    // After the answer is on its way.
    setImmediate(() => {
      const text = textOf(input);
      this.#entries[place] = {
        ...draft,
        inputBytes: Buffer.byteLength(text),
        outputBytes: output === undefined ? 0 : Buffer.byteLength(JSON.stringify(output) ?? ''),
        inputSha256: sha256(text),
      };
    });
  }
}

interface NotedCall {
  readonly tool: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: string;
  readonly input: unknown;
  readonly output: unknown;
}

/** In one form for equal inputs; halves of characters, which that form does not have, keep their own. */
function textOf(input: unknown): string {
  try {
    return canonicalJson(input);
  } catch {
    return JSON.stringify(input) ?? '';
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
