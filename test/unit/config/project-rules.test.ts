import { expect, test } from 'vitest';
import { makeProject } from './project.ts';

test.each([
  ['isolation: landlock', 'isolation is "landlock"', '--isolation landlock'],
  ['network: on', 'network is "on"', 'Choose it yourself, with --net or IRIS_NETWORK=on.'],
  ['requireIsolation: any', 'requireIsolation is "any"', '--require-isolation any'],
  ['requireIsolation: reduced', 'requireIsolation is "reduced"', 'IRIS_REQUIRE_ISOLATION=reduced'],
])('loadConfig lets no project lower the wall by %s', async (text, message, hint) => {
  await using project = await makeProject({ '.irisrc': text });

  const error = await project.refuse();

  expect(error.message).toContain(`${message}, which a project cannot choose for you`);
  expect(error.hint).toContain(hint);
});

test('loadConfig lets a project ask for more isolation', async () => {
  await using project = await makeProject({ '.irisrc': 'requireIsolation: namespaces' });

  expect((await project.load()).config.requireIsolation).toBe('namespaces');
});

test('loadConfig lets the user give up isolation, and no project', async () => {
  await using project = await makeProject({ '.irisrc': 'isolation: none' });
  await using other = await makeProject({ '../.config/iris/config.yaml': 'isolation: none' });

  const error = await project.refuse();

  expect(error.message).toBe('.irisrc:1:12: isolation is "none", which a project cannot choose for you');
  expect(error.hint).toContain('--isolation none');
  expect((await other.load()).config.isolation).toBe('none');
  expect((await other.load({ flags: { isolation: 'none' } })).config.isolation).toBe('none');
});

test.each([
  '../x',
  'a/../../x',
  '/etc/passwd',
  '~/.ssh/*',
  '{..,a}/x',
  '@(..|a)/x',
  '!../x',
  '..',
  'C:/x',
  '\\x',
  '..\\x',
])('loadConfig refuses a project that includes %s', async (glob) => {
  await using project = await makeProject({ '.irisrc.json': JSON.stringify({ include: ['ok', glob] }) });

  const error = await project.refuse();

  expect(error.message).toMatch(/^\.irisrc\.json:1:18: include\.1 is ".*", which leaves the project$/);
});

test.each(['data/**/*.json', 'a..b/x', '..a/x', '{a..c}/x', '!data/x', '.env.example'])(
  'loadConfig takes a project that includes %s',
  async (glob) => {
    await using project = await makeProject({ '.irisrc.json': JSON.stringify({ include: [glob] }) });

    expect((await project.load()).config.include).toEqual([glob]);
  },
);

test('loadConfig lets the user include what lies beside the project', async () => {
  await using project = await makeProject();

  expect((await project.load({ flags: { include: ['../shared/*.json'] } })).config.include).toEqual([
    '../shared/*.json',
  ]);
});

test.each([
  ['maxCalls: 100001', 'tools.maxCalls is 100001', 'IRIS_TOOLS_MAX_CALLS=100001'],
  ['maxBytes: 2GB', 'tools.maxBytes is "2GB"', 'IRIS_TOOLS_MAX_BYTES=2GB'],
])('loadConfig lets no project raise the budget by %s', async (text, message, variable) => {
  await using project = await makeProject({ '.irisrc': `tools: { ${text} }` });

  const error = await project.refuse();

  expect(error.message).toContain(`${message}, which a project cannot choose for you`);
  expect(error.hint).toBe(`It may only lower what you allow. Choose it yourself, with ${variable}.`);
});

test("loadConfig lets a project lower the user's budget and never raise it", async () => {
  const own = { '../.config/iris/config.yaml': 'tools: { maxCalls: 500000, maxTime: 1m }' };
  await using project = await makeProject({ ...own, '.irisrc': 'tools: { maxCalls: 400000, maxTime: 30s }' });

  expect((await project.load()).config.tools).toEqual({
    maxCalls: 400_000,
    maxBytes: 1024 ** 3,
    maxTimeMs: 30_000,
  });
  await project.write({ '.irisrc': 'tools: { maxTime: 0 }' });
  expect((await project.refuse()).message).toContain('tools.maxTime is 0, which a project cannot choose');
  await project.write({ '.irisrc': 'tools: { maxTime: later }' });
  expect((await project.refuse()).message).toContain('tools.maxTime is "later", expected a duration');
});

test('loadConfig lets a project do without secrets that the user grants to all', async () => {
  const own = { '../.config/iris/config.yaml': 'grantSecrets: [A]\nsecrets: { A: a.example }' };
  await using project = await makeProject({ ...own, '.irisrc': 'grantSecrets: []\nsecrets: {}' });

  const { config } = await project.load();

  expect([config.grantSecrets, Object.keys(config.secrets)]).toEqual([[], ['A']]);
});

test.each([
  ['secrets: { OPENAI_API_KEY: evil.example }', 'secrets', '~/.config/iris/config.yaml'],
  ['grantSecrets: [OPENAI_API_KEY]', 'grantSecrets', '--secret NAME or IRIS_GRANT_SECRETS=NAME'],
])('loadConfig lets no project name secrets of the user by %s', async (text, key, hint) => {
  const own = { '../.config/iris/config.yaml': 'secrets: { OPENAI_API_KEY: api.openai.com }' };
  await using project = await makeProject({ ...own, '.irisrc': text });

  const error = await project.refuse();

  expect(error.message).toContain(`.irisrc:1:1: ${key} is here, which a project cannot choose for you`);
  expect(error.hint).toContain(hint);
});

test.each([
  ['{ maxPerRun: 1 }', '{ maxPerRun: 0.5 }', 'cost.maxPerRun is 1'],
  ['{ maxPerMonth: 20.5 }', '{ maxPerMonth: 20 }', 'cost.maxPerMonth is 20.5'],
  ['{ perVcpuSecond: 0.000001 }', '{}', 'cost.perVcpuSecond is 0.000001'],
  ['{ vcpus: 1 }', '{}', 'cost.vcpus is 1'],
  ['{ memory: 512MB }', '{}', 'cost.memory is "512MB"'],
])('loadConfig lets no project spend more by cost: %s', async (theirs, own, message) => {
  await using project = await makeProject({
    '../.config/iris/config.yaml': `cost: ${own}`,
    '.irisrc': `cost: ${theirs}`,
  });

  expect((await project.refuse()).message).toContain(`${message}, which a project cannot choose for you`);
});

test('loadConfig lets a project lower what may be spent, and reckon with more', async () => {
  await using project = await makeProject({
    '../.config/iris/config.yaml': 'cost: { maxPerRun: $0.50 }',
    '.irisrc': 'cost: { maxPerRun: 0.4, maxPerMonth: 3, vcpus: 8, memory: 4GB }',
  });

  const { cost } = (await project.load()).config;
  const byFlag = await project.load({ flags: { 'cost.maxPerRun': '0.90' } });
  const error = await project.refuse({ flags: { 'cost.maxPerRun': 'much' } });

  expect([cost.maxPerRunUsd, cost.maxPerMonthUsd, cost.assumed]).toEqual([
    0.4,
    3,
    { vcpus: 8, memoryGib: 4 },
  ]);
  expect(byFlag.config.cost.maxPerRunUsd).toBe(0.9);
  expect(error.message).toBe('--max-cost is "much", expected an amount of dollars, such as 0.50');
});

test.each([
  ['{ keep: 0 }', 'runs.keep is 0'],
  ['{ keepFor: 90d }', 'runs.keepFor is "90d"'],
  ['{ maxOutputBytes: 1GB }', 'runs.maxOutputBytes is "1GB"'],
])('loadConfig lets no project say what is kept of runs: %s', async (theirs, message) => {
  await using project = await makeProject({
    '../.config/iris/config.yaml': 'runs: { keep: 100 }',
    '.irisrc': `runs: ${theirs}`,
  });

  await expect(project.load()).rejects.toThrow(message);
  await project.write({ '.irisrc': 'runs: { keep: 100, maxOutputBytes: 2MB }' });
  expect((await project.load()).config.runs.maxRuns).toBe(100);
});
