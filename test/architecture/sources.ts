import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Source {
  /** From the root, such as `src/core/mux.ts`. */
  readonly path: string;
  readonly text: string;
  /** The lines that are no comments. */
  readonly code: readonly string[];
}

/** Every TypeScript file in src. */
export function readSources(): readonly Source[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join('src', name);
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, code: text.split('\n').filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line)) };
    });
}
