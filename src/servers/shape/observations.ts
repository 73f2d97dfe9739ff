import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { ServerDefinition } from '../definition/server-definition.ts';
import { mergeShapes, shapeOf, type Shape } from './shape.ts';

const shape: z.ZodType<Shape> = z.lazy(() =>
  z.strictObject({
    type: z.union([z.string(), z.array(z.string())]).exactOptional(),
    properties: z.record(z.string(), shape).exactOptional(),
    required: z.array(z.string()).exactOptional(),
    items: shape.exactOptional(),
    additionalProperties: shape.exactOptional(),
  }),
);
const observed = z.strictObject({ shape, count: z.int().min(1) });
const file = z.record(z.string(), observed);

type Observed = z.output<typeof observed>;

const MAX_TOOLS = 500;
/** Calls come in bursts: their forms are written together. */
const WRITE_AFTER_MS = 200;

/** The forms of what tools answered whose servers do not tell; kept from one daemon to the next, without any content. */
export class Observations implements AsyncDisposable {
  readonly #dir: string;
  readonly #byFile = new Map<string, Promise<Map<string, Observed>>>();
  readonly #writes = new Map<string, NodeJS.Timeout>();
  readonly #adding = new Set<Promise<void>>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Takes what a call answered; nobody waits for it. */
  add(server: ServerDefinition, tool: string, answer: unknown): void {
    const path = this.#fileOf(server);
    const adding = this.#tools(path).then((tools) => {
      const before = tools.get(tool);
      if (before === undefined && tools.size >= MAX_TOOLS) return;
      const seen = shapeOf(answer);
      tools.set(tool, {
        shape: before === undefined ? seen : mergeShapes(before.shape, seen),
        count: (before?.count ?? 0) + 1,
      });
      this.#writeSoon(path);
    });
    this.#adding.add(adding);
    void adding.finally(() => this.#adding.delete(adding));
  }

  /** The form of all answers of a tool so far, as a JSON Schema; undefined before the first. */
  async schemaOf(server: ServerDefinition, tool: string): Promise<Shape | undefined> {
    return (await this.#tools(this.#fileOf(server))).get(tool)?.shape;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#adding);
    const paths = [...this.#writes.keys()];
    for (const timer of this.#writes.values()) clearTimeout(timer);
    this.#writes.clear();
    await Promise.all(paths.map((path) => this.#write(path)));
  }

  #tools(path: string): Promise<Map<string, Observed>> {
    const known = this.#byFile.get(path) ?? read(path);
    this.#byFile.set(path, known);
    return known;
  }

  #writeSoon(path: string): void {
    if (this.#writes.has(path)) return;
    const timer = setTimeout(() => {
      this.#writes.delete(path);
      void this.#write(path);
    }, WRITE_AFTER_MS);
    timer.unref();
    this.#writes.set(path, timer);
  }

  /** A failure, such as a full disk, only costs the next daemon what was seen. */
  async #write(path: string): Promise<void> {
    try {
      const text = JSON.stringify(Object.fromEntries(await this.#tools(path)));
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      await writeFile(`${path}.tmp`, text, { mode: 0o600 });
      await rename(`${path}.tmp`, path);
    } catch {
      return;
    }
  }

  /** The variables in the definition have names and no values. */
  #fileOf({ name, launch }: ServerDefinition): string {
    const digest = createHash('sha256')
      .update(canonicalJson([name, launch]))
      .digest('hex');
    return join(this.#dir, `${digest.slice(0, 32)}.json`);
  }
}

async function read(path: string): Promise<Map<string, Observed>> {
  try {
    return new Map(Object.entries(file.parse(JSON.parse(await readFile(path, 'utf8')))));
  } catch {
    return new Map();
  }
}
