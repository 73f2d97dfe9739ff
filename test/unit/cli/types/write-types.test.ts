import { readdir, readFile, writeFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeTypes } from '../../../../src/cli/types/write-types.ts';
import type { ServerToolRow } from '../../../../src/contract/daemon-wire.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';

const tool = (name: string, facts: Partial<ServerToolRow> = {}): ServerToolRow => ({
  server: 'my-notes',
  name,
  fullName: `my-notes.${name}`,
  title: name,
  text: 'Keeps a note. It is there */ until\nthe server ends.',
  effect: 'write',
  input: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  output: { type: 'object', properties: { id: { type: 'number' } }, required: ['id'] },
  observed: undefined,
  ...facts,
});
const TOOLS = [
  tool('add_note'),
  tool('add-note'),
  tool('delete', { input: { type: 'object' }, output: undefined }),
  tool('find.all', { output: undefined, observed: { type: 'array', items: { type: 'string' } } }),
];

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  await dir[Symbol.asyncDispose]();
});
const write = (tools: readonly ServerToolRow[] = TOOLS) =>
  writeTypes(new Map([['my-notes', tools]]), {
    projectDir: dir.path,
    typesDir: join(dir.path, '.iris/servers'),
  });
const read = (name: string): Promise<string> => readFile(join(dir.path, name), 'utf8');

describe('writeTypes()', () => {
  test('writes a file for each tool, a catalogue, and what makes the import typed', async () => {
    await write();

    expect((await readdir(join(dir.path, '.iris/servers/myNotes'))).toSorted()).toEqual([
      'CATALOGUE.md',
      '_delete.ts',
      'addNote.ts',
      'findAll.ts',
      'index.ts',
    ]);
    expect(await read('.iris/servers/myNotes/CATALOGUE.md')).toContain(
      '- `myNotes.addNote` (write): Keeps a note.\n',
    );
    expect(await read('.iris/servers/myNotes/findAll.ts')).toContain(
      '/** What findAll has answered so far; the server does not say. */\nexport type FindAllOutput = string[];',
    );
    expect(await read('iris-env.d.ts')).toContain(
      "export const myNotes: typeof import('./.iris/servers/myNotes/index.js');",
    );
  });

  test('gives scripts that tsc checks', async () => {
    await write();
    await mkdir(join(dir.path, 'node_modules'));
    await writeFile(
      join(dir.path, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2022',
          types: [],
          paths: { 'iris-prime': [resolve('src/wrapper/index.ts')] },
          allowImportingTsExtensions: true,
          typeRoots: [resolve('node_modules/@types')],
          skipLibCheck: true,
        },
        files: ['iris-env.d.ts', 'good.ts', 'bad.ts'],
      }),
    );
    await writeFile(
      join(dir.path, 'good.ts'),
      `import { myNotes } from 'iris-prime/servers';
      export const id: Promise<number> = myNotes.addNote({ text: 'a' }).then((answer) => answer.id);
      export const all: Promise<string[]> = myNotes.findAll({ text: 'a' });
      export const gone: Promise<unknown> = myNotes._delete();\n`,
    );
    await writeFile(
      join(dir.path, 'bad.ts'),
      `import { myNotes } from 'iris-prime/servers';
      myNotes.addNote({ txt: 'a' });
      myNotes.addNoteTwice();\n`,
    );
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const { stdout } = await execa(process.execPath, [tsc, '-p', dir.path], { reject: false });
    const errors = stdout.split('\n').filter((line) => /^\S*(?:good|bad|\.iris).*error/.test(line));

    expect(
      errors.map((line) => line.replace(/^.*?((?:good|bad|\.iris).*?)\(.*error (TS\d+).*$/, '$1 $2')),
    ).toEqual(['bad.ts TS2561', 'bad.ts TS2339']);
  }, 60_000);

  test('removes what is gone, and leaves what somebody else wrote', async () => {
    await write();
    const own = join(dir.path, '.iris/servers/myNotes/own.ts');
    await writeFile(own, 'export {};\n');
    await write(TOOLS.slice(0, 1));

    expect((await readdir(join(dir.path, '.iris/servers/myNotes'))).toSorted()).toEqual([
      'CATALOGUE.md',
      'addNote.ts',
      'index.ts',
      'own.ts',
    ]);
    await writeFile(join(dir.path, 'iris-env.d.ts'), 'declare const mine: 1;\n');
    await expect(write()).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('was not written by iris types'),
    });
    expect(await read('iris-env.d.ts')).toBe('declare const mine: 1;\n');
  });
});
