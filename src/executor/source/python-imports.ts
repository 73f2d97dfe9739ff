import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /^[ \t]*import[ \t]+([^\n#;]+)/gm;
const FROM = /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]+)/gm;

/**
 * The local files that a file of Python imports, of those that are there: beside the script, as Python finds them, or
 * relative to the file itself. What a text only looks like an import of costs a look, nothing else.
 */
export function pythonImports(source: string, file: string, scriptDir: string): string[] {
  const found = [
    ...[...source.matchAll(IMPORT)].flatMap(([, list = '']) =>
      namesIn(list).flatMap((name) => moduleFiles(scriptDir, name)),
    ),
    ...[...source.matchAll(FROM)].flatMap(([, dots = '', name = '', list = '']) => {
      const base = dots === '' ? scriptDir : upwards(dirname(file), dots.length - 1);
      const members = namesIn(list).filter((member) => /^\w+$/.test(member));
      return [
        ...moduleFiles(base, name),
        ...members.flatMap((member) => moduleFiles(base, name === '' ? member : `${name}.${member}`)),
      ];
    }),
  ];
  return [...new Set(found)].filter((one) => one !== file);
}

/** `a, b as c` and `(a, b)` as names. */
function namesIn(list: string): string[] {
  return list
    .replaceAll(/[()]|#[^\n]*|\\\n/g, ' ')
    .split(',')
    .map((part) => part.trim().split(/\s/, 1)[0] ?? '')
    .filter((name) => /^[\w.]+$/.test(name));
}

function upwards(folder: string, levels: number): string {
  return levels === 0 ? folder : upwards(dirname(folder), levels - 1);
}

/** The module and the packages that it lies in. */
function moduleFiles(base: string, name: string): string[] {
  const parts = name.split('.').filter((part) => part !== '');
  const packages = parts.map((_, at) => join(base, ...parts.slice(0, at + 1), '__init__.py'));
  const module = parts.length === 0 ? join(base, '__init__.py') : `${join(base, ...parts)}.py`;
  return [...packages, module].filter(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
