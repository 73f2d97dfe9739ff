import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const SOURCE =
  /(?:^|[;&|({]|\bthen|\bdo)[ \t]*(?:source|\.)[ \t]+(?:"?(\$\(dirname [^)\n]*\)\/[^\s;&|"']+)"?|"([^"\n]+)"|'([^'\n]+)'|([^\s;&|"']+))/gm;
/** The folder of the script, as scripts find it themselves. */
const BESIDE = /^(?:\$\(dirname [^)]*\)|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%\/\*\})\//;

/**
 * The local files that a shell script takes in with `source` or `.`, of those that are there: relative to the folder
 * that the script starts in, or beside the script itself by `$(dirname "$0")`. Other variables are not followed.
 */
export function shellSources(source: string, file: string, localDir: string): string[] {
  const found = [...source.matchAll(SOURCE)].flatMap(([, ...ways]) => {
    const path = ways.find((way) => way !== undefined) ?? '';
    if (BESIDE.test(path)) return [join(dirname(file), path.replace(BESIDE, ''))];
    return path.includes('$') ? [] : [resolve(localDir, path)];
  });
  return [...new Set(found)].filter((one) => one !== file && existsSync(one) && statSync(one).isFile());
}
