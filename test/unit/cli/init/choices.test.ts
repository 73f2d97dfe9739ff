import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeChoices, type InitOptions, type Questions } from '../../../../src/cli/init/choices.ts';
import { nextCommands } from '../../../../src/cli/init/next-commands.ts';
import { tempDir } from '../../../support/temp-dir.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
beforeAll(async () => {
  dir = await tempDir();
});
afterAll(async () => {
  await dir[Symbol.asyncDispose]();
});

/** A person who takes the second of everything, and notes what was asked. */
function person(asked: string[]): Questions {
  const answer = <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    return Promise.resolve(value);
  };
  return {
    template: () => answer('template', 'metrics'),
    dir: (proposed) => answer(`dir ${proposed}`, 'chosen'),
    packageManager: (detected) => answer(`manager ${detected}`, 'pnpm'),
    installs: (manager) => answer(`install ${manager}`, false),
  };
}

async function choose(word: string | undefined, options: InitOptions, env: NodeJS.ProcessEnv = {}) {
  const asked: string[] = [];
  const choices = await makeChoices(word, options, { cwd: dir.path, env, questions: person(asked) });
  return { choices, asked };
}

test('there is a question for each choice, and none where a flag has made it', async () => {
  const all = await choose(undefined, { install: true });
  const none = await choose('here', { template: 'consensus', packageManager: 'bun', install: false });

  expect(all.asked).toEqual(['template', 'dir metrics', 'manager npm', 'install pnpm']);
  expect(all.choices).toMatchObject({ shownDir: 'chosen', packageManager: 'pnpm', installs: false });
  expect(none.asked).toEqual([]);
  expect(none.choices).toMatchObject({ name: 'here', packageManager: 'bun', installs: false });
});

test('a template without packages asks nothing about them', async () => {
  const { asked, choices } = await choose('snake', { template: 'python', install: true });

  expect(asked).toEqual([]);
  expect(choices.installs).toBe(false);
});

test('the package manager is the one that started iris, or that of a lock file above', async () => {
  await mkdir(join(dir.path, 'work/inner'), { recursive: true });
  await writeFile(join(dir.path, 'work/yarn.lock'), '');

  const started = await choose(
    'a',
    { template: 'hello' },
    { npm_config_user_agent: 'bun/1.2 npm/? node/v24' },
  );
  const locked = await choose('work/inner/b', { template: 'hello' });

  expect(started.asked[0]).toBe('manager bun');
  expect(locked.asked[0]).toBe('manager yarn');
});

test('without a person, --yes takes what would be proposed', async () => {
  const choices = await makeChoices(
    undefined,
    { yes: true },
    { cwd: dir.path, env: {}, questions: undefined },
  );

  expect(choices).toMatchObject({ shownDir: 'hello', packageManager: 'npm', installs: true });
  expect(nextCommands(choices, { isInstalled: true, env: {} })).toEqual([
    'cd hello',
    'npx iris run hello.ts',
    'npx iris runs show last',
  ]);
});

test('a project of Python is run as iris was started', async () => {
  const choices = await makeChoices(
    '.',
    { template: 'python' },
    { cwd: dir.path + '/x', env: {}, questions: undefined },
  );

  expect(nextCommands(choices, { isInstalled: false, env: { npm_command: 'exec' } })[0]).toBe(
    'npx iris-prime run main.py',
  );
  expect(nextCommands(choices, { isInstalled: false, env: {} })).toEqual([
    'iris run main.py',
    'iris runs show last',
    'iris run --plan main.py',
  ]);
});
