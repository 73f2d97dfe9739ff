import { chmod, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { collectIncludes } from '../../../../src/executor/includes/collect-includes.ts';
import { IncludeCache } from '../../../../src/executor/includes/include-cache.ts';
import { scriptProject, type ScriptProject } from '../../../support/script-project.ts';

const FILES = {
  'data.json': '{}',
  '.env': 'SECRET=1',
  '[id].txt': 'id',
  'assets/a.txt': 'a',
  'assets/deep/b.txt': 'bb',
  'assets/.hidden': 'h',
  'assets/node_modules/x/i.js': 'x',
  'node_modules/pkg/index.js': 'pkg',
  '.git/HEAD': 'ref',
  '../outside.txt': 'outside',
};

const LONG_AGO = new Date('2026-01-01T00:00:00Z');

async function collect(
  project: ScriptProject,
  globs: readonly string[],
  options: Partial<Parameters<typeof collectIncludes>[0]> = {},
) {
  const { files } = await collectIncludes({
    globs,
    localDir: project.dir,
    sandboxDir: '/home/user',
    maxBytes: 1000,
    maxFiles: 100,
    ...options,
  });
  return files;
}

test.each([
  [['data.json'], ['data.json']],
  [['./data.json', 'data.json', 'assets/../data.json'], ['data.json']],
  [['assets'], ['assets/a.txt', 'assets/deep/b.txt']],
  [['assets/'], ['assets/a.txt', 'assets/deep/b.txt']],
  [['assets/*.txt'], ['assets/a.txt']],
  [['**/*.txt'], ['[id].txt', 'assets/a.txt', 'assets/deep/b.txt']],
  [['**/*'], ['[id].txt', 'assets/a.txt', 'assets/deep/b.txt', 'data.json']],
  [['.'], ['[id].txt', 'assets/a.txt', 'assets/deep/b.txt', 'data.json']],
  [['.env'], ['.env']],
  [['assets/.*'], ['assets/.hidden']],
  [['node_modules/pkg'], ['node_modules/pkg/index.js']],
  [['node_modules/**'], ['node_modules/pkg/index.js']],
  [['.git'], ['.git/HEAD']],
  [['[id].txt'], ['[id].txt']],
  [['{data,other}.json'], ['data.json']],
  [[], []],
])('collectIncludes(%j) sends %j', async (globs, expected) => {
  await using project = await scriptProject(FILES);

  const files = await collect(project, globs);

  expect(files.map((file) => file.sandboxFile)).toEqual(expected.map((name) => `/home/user/${name}`));
  expect(files.map((file) => file.localFile)).toEqual(expected.map((name) => project.file(name)));
});

test('an included file comes with its bytes and their hash', async () => {
  await using project = await scriptProject(FILES);

  const [file] = await collect(project, ['assets/deep/b.txt']);

  expect(file).toEqual({
    isNamed: true,
    secret: undefined,
    localFile: project.file('assets/deep/b.txt'),
    sandboxFile: '/home/user/assets/deep/b.txt',
    bytes: 2,
    content: Buffer.from('bb'),
    sha256: createHash('sha256').update('bb').digest('hex'),
  });
});

test('an absolute path inside the project is that file', async () => {
  await using project = await scriptProject(FILES);

  const [file] = await collect(project, [project.file('data.json')]);

  expect(file?.sandboxFile).toBe('/home/user/data.json');
});

test.each([
  ['dato.json', 'No such file to include: dato.json', 'Did you mean data.json?'],
  ['assets/c*.md', 'No file matches assets/c*.md', expect.stringContaining('hidden files')],
  ['empty', 'No files to include in empty', expect.stringContaining('Hidden files')],
])('a path %s that means no file is FILE_NOT_FOUND', async (glob, message, hint) => {
  await using project = await scriptProject(FILES);
  await mkdir(project.file('empty'));

  await expect(collect(project, ['data.json', glob])).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
    message,
    hint,
  });
});

test.each(['../outside.txt', '../*.txt', '/etc/hostname', 'assets/../../outside.txt'])(
  'a path %s outside the project is USAGE_INVALID',
  async (glob) => {
    await using project = await scriptProject(FILES);

    await expect(collect(project, [glob])).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: `Cannot include ${glob}: it lies outside ${project.dir}`,
    });
  },
);

test('an empty path is USAGE_INVALID', async () => {
  await using project = await scriptProject(FILES);

  await expect(collect(project, [''])).rejects.toMatchObject({ code: 'USAGE_INVALID' });
});

test('links are followed within the project and refused out of it', async () => {
  await using project = await scriptProject(FILES);
  await symlink('data.json', project.file('inside.json'));
  await symlink('assets', project.file('folder'));
  await symlink('../outside.txt', project.file('leak.txt'));
  await symlink('..', project.file('leak'));

  expect((await collect(project, ['inside.json', 'folder/*.txt'])).map((file) => file.sandboxFile)).toEqual([
    '/home/user/folder/a.txt',
    '/home/user/inside.json',
  ]);
  for (const glob of ['leak.txt', 'l*.txt', 'leak/outside.txt']) {
    await expect(collect(project, [glob])).rejects.toMatchObject({ code: 'USAGE_INVALID' });
  }
});

test('a link that leads nowhere is FILE_UNREADABLE', async () => {
  await using project = await scriptProject(FILES);
  await symlink('nowhere', project.file('broken'));
  await symlink('loop', project.file('loop'));

  await expect(collect(project, ['broken'])).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'Cannot read broken: it is gone, or a link to nothing',
  });
  await expect(collect(project, ['loop'])).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test.skipIf(process.getuid?.() === 0)('a file without permission is FILE_UNREADABLE', async () => {
  await using project = await scriptProject(FILES);
  await chmod(project.file('data.json'), 0);

  await expect(collect(project, ['data.json'])).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'Cannot read data.json: permission denied',
  });
});

test('too many bytes are refused before they are read, with the largest files', async () => {
  await using project = await scriptProject({ 'a.bin': Buffer.alloc(700), 'b.bin': Buffer.alloc(400) });

  await expect(collect(project, ['*.bin'])).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    message: 'The files to include have 1.1KB, more than the limit of 1000B',
    hint: 'The largest: a.bin (700B), b.bin (400B)',
  });
});

test('too many files are refused', async () => {
  await using project = await scriptProject(FILES);

  await expect(collect(project, ['**/*'], { maxFiles: 3 })).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    message: '4 files to include, more than the limit of 3',
  });
});

test('a cache spares unchanged files a second reading and notices changed ones', async () => {
  await using project = await scriptProject(FILES);
  const cache = new IncludeCache();
  await utimes(project.file('data.json'), LONG_AGO, LONG_AGO);

  const [first] = await collect(project, ['data.json'], { cache });
  const [second] = await collect(project, ['data.json'], { cache });
  await project.write({ 'data.json': '[]' });
  const [third] = await collect(project, ['data.json'], { cache });

  expect(second?.content).toBe(first?.content);
  expect(third?.content.toString()).toBe('[]');
});

test('a cache stays within its bytes', async () => {
  await using project = await scriptProject({ a: Buffer.alloc(60), b: Buffer.alloc(60) });
  const cache = new IncludeCache(100);
  await Promise.all(['a', 'b'].map((name) => utimes(project.file(name), LONG_AGO, LONG_AGO)));

  const [first] = await collect(project, ['a'], { cache });
  await collect(project, ['b'], { cache });
  const [again] = await collect(project, ['a'], { cache });

  expect(again?.content).toEqual(first?.content);
  expect(again?.content).not.toBe(first?.content);
});

test('an aborted signal stops the collection', async () => {
  await using project = await scriptProject(FILES);

  await expect(collect(project, ['**/*'], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});

test('a file that vanishes between finding and reading is FILE_UNREADABLE', async () => {
  await using project = await scriptProject(FILES);
  const cache = new IncludeCache();
  await rm(project.file('data.json'));

  const gone = { name: 'data.json', localFile: project.file('data.json'), bytes: 2, changedMs: 0, stamp: '' };

  await expect(cache.read(gone)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});
