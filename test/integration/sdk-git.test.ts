import { AuthenticationError, CommandExitError } from '@e2b/code-interpreter';
import { execaSync } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { useSdkSandbox, type SdkSandbox } from '../support/sdk-sandbox.ts';

const hasGit = execaSync('git', ['--version'], { reject: false }).exitCode === 0;

/** The sandbox has the git of the machine, or none. */
describe.skipIf(!hasGit)('git in a sandbox', () => {
  let sandbox: SdkSandbox;
  useSdkSandbox((opened) => ({ sandbox } = opened));
  beforeAll(async () => {
    await sandbox.git.configureUser('Ada Lövelace', 'ada@example.org');
    await sandbox.git.setConfig('init.defaultBranch', 'main');
  });

  /** A repository with one commit, and a bare one that it pushes to. */
  async function openRepository(name: string): Promise<string> {
    const path = `/home/user/${name}`;
    await sandbox.git.init(`${path}.git`, { bare: true, initialBranch: 'main' });
    await sandbox.git.init(path, { initialBranch: 'main' });
    await sandbox.files.write(`${path}/readme.md`, 'first\n');
    await sandbox.git.add(path);
    await sandbox.git.commit(path, 'Begin with a "readme"');
    await sandbox.git.remoteAdd(path, 'origin', `${path}.git`);
    return path;
  }

  test('keeps its configuration in the home, of the user and of a repository', async () => {
    const path = await openRepository('configured');

    await sandbox.git.setConfig('pull.rebase', 'false', { scope: 'local', path });

    expect(await sandbox.git.getConfig('user.name')).toBe('Ada Lövelace');
    expect(await sandbox.git.getConfig('pull.rebase', { scope: 'local', path })).toBe('false');
    expect(await sandbox.git.getConfig('no.such')).toBeUndefined();
    expect((await sandbox.commands.run('cat ~/.gitconfig')).stdout).toContain('ada@example.org');
  });

  test('shows what changed, stages, unstages, restores and commits it', async () => {
    const path = await openRepository('changing');
    await sandbox.files.write(`${path}/readme.md`, 'second\n');
    await sandbox.files.write(`${path}/new ä.txt`, 'new\n');

    const changed = await sandbox.git.status(path);
    await sandbox.git.add(path, { files: ['new ä.txt'] });
    const staged = await sandbox.git.status(path);
    await sandbox.git.reset(path, { paths: ['new ä.txt'] });
    await sandbox.git.restore(path, { paths: ['readme.md'] });
    const restored = await sandbox.git.status(path);
    await sandbox.git.add(path);
    await sandbox.git.commit(path, 'Add a file', { authorName: 'Bo', authorEmail: 'bo@example.org' });
    const log = await sandbox.commands.run('git log --format="%an: %s"', { cwd: path });

    expect(changed).toMatchObject({
      currentBranch: 'main',
      isClean: false,
      unstagedCount: 2,
      untrackedCount: 1,
    });
    expect(staged.stagedCount).toBe(1);
    expect(restored).toMatchObject({ stagedCount: 0, unstagedCount: 1, untrackedCount: 1 });
    expect(log.stdout).toBe('Bo: Add a file\nAda Lövelace: Begin with a "readme"\n');
    expect((await sandbox.git.status(path)).isClean).toBe(true);
  });

  test('makes, changes and deletes branches', async () => {
    const path = await openRepository('branching');

    await sandbox.git.createBranch(path, 'side');
    const onSide = await sandbox.git.branches(path);
    await sandbox.git.checkoutBranch(path, 'main');
    await sandbox.git.deleteBranch(path, 'side', { force: true });
    const onMain = await sandbox.git.branches(path);

    expect(onSide).toMatchObject({
      currentBranch: 'side',
      branches: expect.arrayContaining(['main', 'side']),
    });
    expect(onMain).toMatchObject({ currentBranch: 'main', branches: ['main'] });
  });

  test('pushes, clones and pulls between repositories of the sandbox', async () => {
    const path = await openRepository('shared');
    await sandbox.git.push(path, { remote: 'origin', branch: 'main', setUpstream: true });
    await sandbox.git.clone(`${path}.git`, { path: '/home/user/copy', branch: 'main' });
    await sandbox.files.write('/home/user/copy/more.txt', 'more\n');
    await sandbox.git.add('/home/user/copy');
    await sandbox.git.commit('/home/user/copy', 'More');
    await sandbox.git.push('/home/user/copy');

    const { ahead } = await sandbox.git.status('/home/user/copy');
    await sandbox.git.pull(path);

    expect(ahead).toBe(0);
    expect(await sandbox.files.read(`${path}/more.txt`)).toBe('more\n');
    expect(await sandbox.git.remoteGet(path, 'origin')).toBe(`${path}.git`);
  });

  test('says what failed, and never waits for a password', async () => {
    const failing = sandbox.git.status('/home/user');
    const unreachable = sandbox.git.clone('https://127.0.0.1:1/private.git');

    await expect(failing).rejects.toBeInstanceOf(CommandExitError);
    await expect(failing).rejects.toThrow(/128/);
    await expect(unreachable).rejects.toThrow();
    await expect(unreachable).rejects.not.toBeInstanceOf(AuthenticationError);
  });

  test('stores credentials in the home when it is told to', async () => {
    await sandbox.git.dangerouslyAuthenticate({
      username: 'ada',
      password: 's3cret',
      host: 'git.example.org',
    });

    expect(await sandbox.files.read('/home/user/.git-credentials')).toBe(
      'https://ada:s3cret@git.example.org\n',
    );
  });
});
