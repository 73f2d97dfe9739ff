import { expect, test } from 'vitest';
import { findSecrets } from '../../../src/config/secrets.ts';
import { makeProject } from './project.ts';

const HIDDEN = 'hunter2-hunter2';

test.each([
  'apiKey',
  'api_key',
  'token',
  'githubToken',
  'password',
  'DB_PASSWORD',
  'dbpassword',
  'clientSecret',
  'E2B_API_KEY',
  'STRIPE_KEY',
  'PASSPHRASE',
])('findSecrets finds a value under the name %s, at the top and in env', (name) => {
  expect(findSecrets({ [name]: HIDDEN })).toEqual([[name]]);
  expect(findSecrets({ env: { [name]: HIDDEN } })).toEqual([['env', name]]);
});

test.each(['MAX_TOKENS', 'TOKENIZERS_PARALLELISM', 'KEYBOARD', 'NEXT_PUBLIC_API_KEY', 'LOG_LEVEL', 'MONKEY'])(
  'findSecrets lets the name %s pass',
  (name) => {
    expect(findSecrets({ env: { [name]: 'x' } })).toEqual([]);
  },
);

test.each([
  'e2b_0123456789abcdef0123456789abcdef01234567',
  'sk-proj-0123456789abcdef',
  'sk_live_0123456789abcdef',
  'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
  'github_pat_0123456789abcdefghij',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
  'postgres://user:pass@db.example:5432/app',
  'AKIAIOSFODNN7EXAMPLE',
  '-----BEGIN OPENSSH PRIVATE KEY-----',
])('findSecrets finds the value %s anywhere', (value) => {
  expect(findSecrets({ env: { DATABASE_URL: `at ${value}` } })).toEqual([['env', 'DATABASE_URL']]);
  expect(findSecrets({ include: ['a', value] })).toEqual([['include', '1']]);
});

test.each(['postgres://db.example:5432/app', 'https://user@example.com/', 'task-runner-long-name', 'eyJ'])(
  'findSecrets lets the value %s pass',
  (value) => {
    expect(findSecrets({ env: { VALUE: value } })).toEqual([]);
  },
);

test('findSecrets lets an empty value pass', () => {
  expect(findSecrets({ env: { API_TOKEN: '' } })).toEqual([]);
});

test('loadConfig refuses a secret in a file by its name and never shows it', async () => {
  await using project = await makeProject({
    '.irisrc': `apiKey: ${HIDDEN}\nenv:\n  DATABASE_URL: postgres://u:${HIDDEN}@h/db\nsandbox: e2b_${'a'.repeat(40)}`,
  });

  const error = await project.refuse();

  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toBe(
    '.irisrc:1:1: "apiKey" looks like a secret, which does not belong in a file (and 2 more)',
  );
  expect(error.hint).toBe('Set it in the environment instead, for example: export E2B_API_KEY=…');
  expect(error.details?.['problems']).toMatchObject([
    { message: expect.stringContaining('.irisrc:1:1: "apiKey"') },
    {
      message: '.irisrc:3:3: "DATABASE_URL" looks like a secret, which does not belong in a file',
      hint: 'Set it in your shell and pass it by name: iris run -e DATABASE_URL',
    },
    { message: expect.stringContaining('.irisrc:4:1: "sandbox" looks like a secret') },
  ]);
  expect(JSON.stringify(error)).not.toMatch(/hunter2|aaaa/);
});

test.each([
  ['.irisrc', `apiKey: "${HIDDEN}`],
  ['.irisrc', `timeout: 5m\n}${HIDDEN}`],
  ['.irisrc', `apiKey: "\\q${HIDDEN}"`],
  ['.irisrc', `apiKey: |${HIDDEN}\n x`],
  ['.irisrc', `apiKey: !<${HIDDEN} x`],
  ['.irisrc', `env: [${HIDDEN}`],
  ['.irisrc', `%YAML ${HIDDEN}\n---\na: 1`],
  ['.irisrc.json', `{"apiKey": ${HIDDEN}}`],
  ['package.json', `{"iris": {"apiKey": ${HIDDEN}`],
])('loadConfig quotes nothing of a malformed %s that may hold a secret: %j', async (name, text) => {
  await using project = await makeProject({ [name]: text });

  const error = await project.refuse();

  expect(`${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('hunter2');
});

test('loadConfig shows no secret that is a key, a flag or a variable', async () => {
  const secret = `ghp_${'b'.repeat(36)}`;
  await using project = await makeProject({ '.irisrc': `${secret}: 1` });

  const errors = [
    await project.refuse(),
    await project.refuse({ flags: { provider: secret } }),
    await project.refuse({ env: { IRIS_PROVIDER: secret } }),
  ];

  expect(errors.map((error) => JSON.stringify(error)).join()).not.toContain('bbbb');
});
