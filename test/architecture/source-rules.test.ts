import { expect, test } from 'vitest';
import { readMigrations } from '../../src/store/migrate/migration.ts';
import { readSources, ROOT, type Source } from './sources.ts';

const MAX_LINES = 400;
const BANNED_NAME =
  /(?:^|[-/.])(?:utils?(?!-linux)|helpers?|common(?!-js)|misc|managers?|services?)(?:[-/.]|$)/;

/** The places where a process begins; everything else gets its environment passed in. */
const ENV_READERS = [
  'src/config/env.ts',
  'src/agent/',
  'src/cli/',
  'src/daemon/main.ts',
  'src/wrapper/index.ts',
  // What a program that imports iris makes first.
  'src/library/iris-code-executor.ts',
];
const ENV_STRANGERS = ['src/cli/render/'];

/** The places that own a terminal or a log. */
const CONSOLE_USERS = ['src/agent/main.ts', 'src/cli/entry.ts', 'src/cli/main.ts', 'src/daemon/main.ts'];

const sources = readSources();

test('every source file stays within 400 lines', () => {
  expect(
    pathsOf(({ text }) => !text.startsWith('// Generated ') && text.split('\n').length - 1 > MAX_LINES),
  ).toEqual([]);
});

test('every migration stays within 400 lines', async () => {
  const migrations = await readMigrations(`${ROOT}/supabase/migrations`);
  const long = migrations.filter(({ sql }) => sql.split('\n').length - 1 > MAX_LINES);

  expect(long.map(({ name }) => name)).toEqual([]);
});

test('no file or folder has a name that says nothing', () => {
  expect(pathsOf((source) => BANNED_NAME.test(source.path))).toEqual([]);
});

test('nothing lies loose in src but index.ts', () => {
  expect(pathsOf((source) => /^src\/[^/]+$/.test(source.path) && source.path !== 'src/index.ts')).toEqual([]);
});

test('a TODO names the version of Node that it waits for', () => {
  expect(pathsOf((source) => /\b(?:TODO|FIXME|XXX)\b(?!\(node>=\d+\))/.test(source.text))).toEqual([]);
});

test('only the places where a process begins read the environment', () => {
  const readers = pathsOf((source) => source.code.some((line) => /\bprocess\s*\.\s*env\b/.test(line)));

  expect(readers.filter((path) => !startsWithAny(path, ENV_READERS))).toEqual([]);
  expect(readers.filter((path) => startsWithAny(path, ENV_STRANGERS))).toEqual([]);
});

test('only the places that own a terminal or a log use the console', () => {
  const users = pathsOf((source) => source.code.some((line) => /\bconsole\s*\./.test(line)));

  expect(users.filter((path) => !CONSOLE_USERS.includes(path))).toEqual([]);
});

function pathsOf(matches: (source: Source) => boolean): string[] {
  return sources.filter(matches).map((source) => source.path);
}

function startsWithAny(path: string, starts: readonly string[]): boolean {
  return starts.some((start) => path.startsWith(start));
}
