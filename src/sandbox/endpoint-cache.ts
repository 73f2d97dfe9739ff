import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { newId } from '../core/ids.ts';

/** How a sandbox of an earlier process is reached, and what is known of it: all that a run needs to use it at once. */
export interface KnownEndpoint {
  readonly sandboxId: string;
  readonly url: string;
  /** With the sandbox's access token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly endAtMs: number;
  readonly keptUntilMs: number;
  /** Content-addressed paths that it has. */
  readonly written: readonly string[];
}

const knownEndpoint = z.object({
  sandboxId: z.string(),
  url: z.url(),
  headers: z.record(z.string(), z.string()),
  endAtMs: z.number(),
  keptUntilMs: z.number(),
  written: z.array(z.string()),
});

const SUFFIX = '.json';
/** A run that has to ask the control plane again loses a moment, one that is sent to a dead sandbox more. */
const LEAST_LEFT_MS = 5_000;

/**
 * Keeps on disk how sandboxes are reached, one file for each, readable by the user alone. Whatever it cannot read is
 * not there, and whatever it cannot write costs the next process a request or two.
 */
export class EndpointCache implements AsyncDisposable {
  readonly #directory: string;
  readonly #scope: string;
  readonly #latest = new Map<string, string>();
  #work: Promise<void> = Promise.resolve();

  /** `scope` stands for the provider and the key: what is kept for one is not found for another. */
  constructor(directory: string, scope: string) {
    this.#directory = directory;
    this.#scope = scope;
  }

  /** The endpoint of the sandbox with this identity, when its time is not over. */
  async read(identity: string): Promise<KnownEndpoint | undefined> {
    const text = await readFile(this.#fileOf(identity), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const known = parse(text);
    return known !== undefined && known.endAtMs > Date.now() + LEAST_LEFT_MS ? known : undefined;
  }

  /** Keeps it in the background. */
  write(identity: string, known: KnownEndpoint): void {
    const file = this.#fileOf(identity);
    const text = JSON.stringify(known);
    if (this.#latest.get(file) === text) return;
    this.#latest.set(file, text);
    this.#enqueue(async () => {
      // A newer one waits behind it.
      if (this.#latest.get(file) !== text) return;
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const temporary = join(this.#directory, `${newId('tmp')}.tmp`);
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, file);
    });
  }

  /** Forgets a sandbox in the background, and with it those whose time is over. */
  remove(sandboxId: string): void {
    this.#enqueue(async () => {
      for (const name of await readdir(this.#directory).catch(() => [])) {
        const file = join(this.#directory, name);
        const known = name.endsWith(SUFFIX) ? parse(await readFile(file, 'utf8').catch(() => '')) : undefined;
        if (known !== undefined && known.sandboxId !== sandboxId && known.endAtMs > Date.now()) continue;
        this.#latest.delete(file);
        await rm(file, { force: true });
      }
    });
  }

  /** Waits until everything is written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(() => undefined);
  }

  #fileOf(identity: string): string {
    const digest = createHash('sha256').update(this.#scope).update('\0').update(identity).digest('hex');
    return join(this.#directory, `${digest}${SUFFIX}`);
  }
}

function parse(text: string): KnownEndpoint | undefined {
  try {
    return knownEndpoint.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
