import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cjs', '.json'];
/** TypeScript may name a file by what it would compile to. */
const WRITTEN_AS: ReadonlyMap<string, readonly string[]> = new Map([
  ['.js', ['.ts', '.tsx']],
  ['.mjs', ['.mts']],
  ['.cjs', ['.cts']],
]);

/** The file that a local specifier means; undefined for packages and what does not exist. */
export function resolveLocal(specifier: string, fromFile: string): string | undefined {
  const target = localPath(specifier, fromFile);
  if (target === undefined) return undefined;
  return candidatesFor(target).find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
}

function localPath(specifier: string, fromFile: string): string | undefined {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  if (!/^(?:\.{0,2}\/|\.{1,2}$)/.test(specifier)) return undefined;
  return path.resolve(path.dirname(fromFile), specifier);
}

function candidatesFor(target: string): string[] {
  const extension = path.extname(target);
  const stem = target.slice(0, target.length - extension.length);
  return [
    target,
    ...(WRITTEN_AS.get(extension) ?? []).map((written) => stem + written),
    ...EXTENSIONS.map((each) => target + each),
    ...EXTENSIONS.map((each) => path.join(target, `index${each}`)),
  ];
}
