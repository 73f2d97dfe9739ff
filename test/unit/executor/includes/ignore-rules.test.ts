import { expect, test } from 'vitest';
import { collectIncludes } from '../../../../src/executor/includes/collect-includes.ts';
import { scriptProject } from '../../../support/script-project.ts';

const FILES = {
  '.git/HEAD': 'ref',
  '.gitignore': 'dist/\n*.log\n!kept.log\n/only-here.txt\n',
  '.irisignore': 'big/**\n',
  'dist/app.js': 'built',
  'dist/notes.log': 'log',
  'a.log': 'log',
  'kept.log': 'log',
  'only-here.txt': 'x',
  'src/only-here.txt': 'x',
  'src/a.txt': 'a',
  'src/.gitignore': 'a.txt\n!b.log\n',
  'src/b.log': 'b',
  'big/data.bin': 'x',
};

async function collect(globs: readonly string[], below = '.') {
  await using project = await scriptProject(FILES);
  const localDir = below === '.' ? project.dir : `${project.dir}/${below}`;
  const { files, ignored } = await collectIncludes({
    globs,
    localDir,
    sandboxDir: '/home/user',
    maxBytes: 1e6,
    maxFiles: 100,
  });
  return {
    sent: files.map(({ sandboxFile }) => sandboxFile.slice('/home/user/'.length)),
    ignored: ignored.map(({ file, by }) => `${file}: ${by}`),
  };
}

test('a pattern or a folder leaves out what .gitignore and .irisignore name, the nearer file first', async () => {
  expect(await collect(['**/*'])).toEqual({
    sent: ['kept.log', 'src/b.log', 'src/only-here.txt'],
    ignored: [
      'a.log: .gitignore',
      'big/data.bin: .irisignore',
      'dist/app.js: .gitignore',
      'dist/notes.log: .gitignore',
      'only-here.txt: .gitignore',
      'src/a.txt: .gitignore',
    ],
  });
});

test('the rules of the whole repository hold in a folder of it', async () => {
  expect(await collect(['.'], 'src')).toEqual({
    sent: ['b.log', 'only-here.txt'],
    ignored: ['a.txt: .gitignore'],
  });
});

test('a file that is named itself is sent, and so is a folder that git ignores', async () => {
  expect((await collect(['a.log', 'big/data.bin'])).sent).toEqual(['a.log', 'big/data.bin']);
  expect((await collect(['dist'])).sent).toEqual(['dist/app.js', 'dist/notes.log']);
});

test('.irisignore keeps a folder back even where it is named', async () => {
  await expect(collect(['big'])).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
    message: 'big/data.bin would be sent, but for .irisignore',
  });
});

test('what one pattern keeps back, another may send', async () => {
  expect(await collect(['*.log', 'a.log'])).toEqual({ sent: ['a.log', 'kept.log'], ignored: [] });
});
