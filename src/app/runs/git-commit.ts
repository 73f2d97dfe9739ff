import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const COMMIT = /^[0-9a-f]{40,64}$/;
/** Repositories with more references than that keep their secret. */
const MAX_PACKED_BYTES = 4 * 1024 * 1024;

/** The commit that the repository around a folder stands at; undefined without one. Only reads files of git. */
export async function readGitCommit(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const gitDir = await findGitDir(join(at, '.git'));
    if (gitDir !== undefined) return await readHead(gitDir);
    if (dirname(at) === at) return undefined;
  }
}

/** A worktree has a file there that says where its folder is. */
async function findGitDir(path: string): Promise<string | undefined> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory() === true) return path;
  const [, target] = /^gitdir: (.+)$/m.exec(facts?.isFile() === true ? await readText(path) : '') ?? [];
  return target === undefined ? undefined : resolve(dirname(path), target);
}

async function readHead(gitDir: string): Promise<string | undefined> {
  const head = (await readText(join(gitDir, 'HEAD'))).trim();
  const [, name] = /^ref: (refs\/\S+)$/.exec(head) ?? [];
  if (name === undefined) return asCommit(head);
  const common = (await readText(join(gitDir, 'commondir'))).trim();
  const shared = common === '' ? gitDir : resolve(gitDir, common);
  const loose = asCommit(await readText(join(shared, name)));
  return loose ?? (await readPacked(join(shared, 'packed-refs'), name));
}

async function readPacked(file: string, name: string): Promise<string | undefined> {
  const facts = await stat(file).catch(() => undefined);
  if (facts === undefined || facts.size > MAX_PACKED_BYTES) return undefined;
  const line = (await readText(file)).split('\n').find((one) => one.endsWith(` ${name}`));
  return asCommit(line?.split(' ')[0] ?? '');
}

function asCommit(text: string): string | undefined {
  const word = text.trim();
  return COMMIT.test(word) ? word : undefined;
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}
