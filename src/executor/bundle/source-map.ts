import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { thinMappings } from './thin-mappings.ts';

export interface SourceMapParts {
  /** The map as esbuild wrote it. */
  readonly json: string;
  /** Directory that the map's sources are relative to. */
  readonly baseDir: string;
  /** The texts of the local scripts, which Node shows next to an error. */
  readonly texts: ReadonlyMap<string, Buffer>;
}

/** The fields of a source map that esbuild writes and Node reads. */
interface SourceMap {
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * The comment that carries the source map in the code itself. Sources are the user's own absolute paths. Local
 * scripts keep every position and their text; packages keep one position per line and no text, because Node parses
 * the whole map at each start of the script.
 */
export function inlineSourceMap({ json, baseDir, texts }: SourceMapParts): Buffer {
  const map: SourceMap = JSON.parse(json);
  const files = map.sources.map((source) => resolve(baseDir, decodeSource(source)));
  const isLocal = files.map((file) => texts.has(file));
  const finished = {
    version: 3,
    sources: files.map((file) => pathToFileURL(file).href),
    sourcesContent: files.map((file) => texts.get(file)?.toString('utf8') ?? null),
    names: map.names,
    mappings: thinMappings(map.mappings, isLocal),
  };
  const data = Buffer.from(JSON.stringify(finished)).toString('base64');
  return Buffer.from(`//# sourceMappingURL=data:application/json;base64,${data}\n`);
}

/** esbuild escapes some of what is special in URLs. */
function decodeSource(source: string): string {
  try {
    return decodeURIComponent(source);
  } catch {
    return source;
  }
}
