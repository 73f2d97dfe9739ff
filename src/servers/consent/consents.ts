import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import { errnoOf, IrisError } from '../../core/errors.ts';
import type { ServerDefinition } from '../definition/server-definition.ts';

const file = z.object({ allowed: z.array(z.string().max(100)) });

/** What the user let projects do: start one server as it was then, for one project. */
export class Consents {
  readonly #file: string;

  constructor(path: string) {
    this.#file = path;
  }

  async has(project: string, server: ServerDefinition): Promise<boolean> {
    return (await this.#read()).has(digestOf(project, server));
  }

  async add(project: string, server: ServerDefinition): Promise<void> {
    const allowed = await this.#read();
    await this.#write(allowed.add(digestOf(project, server)));
  }

  /** Tells whether there was anything to take back. */
  async remove(project: string, server: ServerDefinition): Promise<boolean> {
    const allowed = await this.#read();
    const wasThere = allowed.delete(digestOf(project, server));
    if (wasThere) await this.#write(allowed);
    return wasThere;
  }

  async #read(): Promise<Set<string>> {
    try {
      return new Set(file.parse(JSON.parse(await readFile(this.#file, 'utf8'))).allowed);
    } catch (thrown) {
      // A file that is damaged allows nothing.
      if (errnoOf(thrown) === 'ENOENT' || thrown instanceof SyntaxError || thrown instanceof z.ZodError)
        return new Set();
      throw new IrisError(
        'FILE_UNREADABLE',
        `Cannot read ${this.#file}: ${errnoOf(thrown) ?? 'it is damaged'}`,
        {
          hint: 'It holds what iris mcp allow let projects do. Check its permissions.',
          cause: thrown,
        },
      );
    }
  }

  async #write(allowed: ReadonlySet<string>): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    const draft = `${this.#file}.${process.pid}.tmp`;
    await writeFile(draft, `${JSON.stringify({ allowed: [...allowed] })}\n`, { mode: 0o600 });
    await rename(draft, this.#file);
  }
}

/** Another definition under the same name is another server. */
function digestOf(project: string, { name, launch }: ServerDefinition): string {
  return createHash('sha256')
    .update(canonicalJson([project, name, launch]))
    .digest('hex');
}
