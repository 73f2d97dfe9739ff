import { expect, test } from 'vitest';
import { makeProject } from './project.ts';

const USER_FILE = '../.config/iris/config.yaml';

test("loadConfig reads secrets from the user's own file, in short and in full", async () => {
  await using project = await makeProject({
    [USER_FILE]: `
secrets:
  OPENAI_API_KEY: API.openai.com
  GITHUB_TOKEN: [api.github.com, '*.githubusercontent.com']
  SHOP_KEY: { hosts: api.shop.example, header: X-Api-Key }
  BASIC: { hosts: [old.example], format: 'Basic {value}' }
  DEBUG_TOKEN: { as: env }
grantSecrets: [OPENAI_API_KEY]
`,
  });

  const { config } = await project.load();

  expect(config.grantSecrets).toEqual(['OPENAI_API_KEY']);
  expect(config.secrets).toEqual({
    OPENAI_API_KEY: bearer(['api.openai.com']),
    GITHUB_TOKEN: bearer(['api.github.com', '*.githubusercontent.com']),
    SHOP_KEY: { as: 'header', hosts: ['api.shop.example'], header: 'X-Api-Key', format: '{value}' },
    BASIC: { as: 'header', hosts: ['old.example'], header: 'Authorization', format: 'Basic {value}' },
    DEBUG_TOKEN: { as: 'env' },
  });
});

test('loadConfig takes grants from --secret and IRIS_GRANT_SECRETS', async () => {
  await using project = await makeProject();

  const byEnv = await project.load({ env: { IRIS_GRANT_SECRETS: 'A,B' } });
  const byFlag = await project.load({ env: { IRIS_GRANT_SECRETS: 'A' }, flags: { grantSecrets: ['C'] } });
  const error = await project.refuse({ flags: { grantSecrets: ['a b'] } });

  expect([byEnv.config.grantSecrets, byFlag.config.grantSecrets]).toEqual([['A', 'B'], ['C']]);
  expect(error.message).toMatch(/^--secret is /);
});

test.each([
  'hunter2hunter2',
  '"*.com"',
  '1.2.3.4',
  'localhost',
  '[]',
  '{ hosts: api.example.com, header: Host }',
  '{ hosts: api.example.com, header: "A B" }',
  '{ hosts: api.example.com, format: Bearer }',
  '{ as: env, hosts: api.example.com }',
  '{ host: api.example.com }',
])('loadConfig refuses %s for a secret, and does not show it', async (text) => {
  await using project = await makeProject({ [USER_FILE]: `secrets: { OPENAI_API_KEY: ${text} }` });

  const error = await project.refuse();

  expect(error.message).toContain('secrets.OPENAI_API_KEY is ');
  expect(error.message).not.toContain('hunter2');
});

test('loadConfig refuses the value of a secret where its hosts belong', async () => {
  await using project = await makeProject({
    [USER_FILE]: 'secrets: { GITHUB_TOKEN: ghp_0123456789abcdefghijklmnopqrstuvwxyz }',
  });

  expect((await project.refuse()).message).toContain('"GITHUB_TOKEN" looks like a secret');
});

function bearer(hosts: readonly string[]): object {
  return { as: 'header', hosts, header: 'Authorization', format: 'Bearer {value}' };
}
