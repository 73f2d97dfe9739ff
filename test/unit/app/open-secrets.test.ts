import { describe, expect, test } from 'vitest';
import { openSecrets, type SecretsOptions } from '../../../src/app/open-secrets.ts';
import { defaultConfig } from '../../../src/config/default-config.ts';
import { secretsSchema } from '../../../src/config/secrets-schema.ts';
import { IrisError } from '../../../src/core/errors.ts';

const VALUES: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: 'value-of-openai',
  SHOP_KEY: 'value-of-the-shop',
  PLAIN: 'value-of-plain',
  EMPTY: '',
  BROKEN: 'two\nlines',
};

interface Given {
  readonly secrets?: unknown;
  readonly grant?: readonly string[];
  readonly flags?: SecretsOptions['flags'];
  readonly kind?: SecretsOptions['kind'];
}

function optionsOf({ secrets = {}, grant = [], flags = {}, kind = 'e2b' }: Given) {
  const asked: string[][] = [];
  const config = { ...defaultConfig(), secrets: secretsSchema.parse(secrets), grantSecrets: grant };
  const readEnv = (names: readonly string[]) => {
    asked.push([...names]);
    const found = names.flatMap((name) => (name in VALUES ? [[name, VALUES[name] ?? '']] : []));
    return Promise.resolve<Record<string, string>>(Object.fromEntries(found));
  };
  return { asked, options: { flags, config, kind, readEnv } };
}

const open = (given: Given) => openSecrets(optionsOf(given).options);

async function refuse(given: Given): Promise<IrisError> {
  const outcome = await open(given).catch((thrown: unknown) => thrown);
  if (outcome instanceof IrisError) return outcome;
  throw new Error('It was not refused', { cause: outcome });
}

describe('openSecrets()', () => {
  test('asks for nothing when nothing is granted', async () => {
    const { asked, options } = optionsOf({ secrets: { OPENAI_API_KEY: 'api.openai.com' } });

    expect(await openSecrets(options)).toMatchObject({ injected: undefined, envs: {}, values: [] });
    expect(asked).toEqual([]);
  });

  test('puts a secret into a header for its hosts, and a placeholder into the sandbox', async () => {
    const opened = await open({
      secrets: {
        OPENAI_API_KEY: 'api.openai.com',
        SHOP_KEY: { hosts: ['api.shop.example'], header: 'X-Api-Key', format: 'v1:{value}' },
      },
      grant: ['OPENAI_API_KEY', 'SHOP_KEY'],
    });

    expect(opened.injected?.byHost).toEqual({
      'api.openai.com': { Authorization: 'Bearer value-of-openai' },
      'api.shop.example': { 'X-Api-Key': 'v1:value-of-the-shop' },
    });
    expect(opened.envs).toEqual({ OPENAI_API_KEY: 'injected-by-iris', SHOP_KEY: 'injected-by-iris' });
    expect(opened.defaults).toEqual({ NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt' });
    expect(opened.injected?.identity).toMatch(/^OPENAI_API_KEY,SHOP_KEY [0-9a-f]{12}$/);
    expect(opened.events).toEqual([]);
  });

  test('tells sandboxes apart by names and hosts, never by values', async () => {
    const secrets = { OPENAI_API_KEY: 'api.openai.com', SHOP_KEY: 'api.openai.com' };
    const first = (await open({ secrets, grant: ['OPENAI_API_KEY'] })).injected;
    const other = (await open({ secrets: { OPENAI_API_KEY: 'other.example' }, grant: ['OPENAI_API_KEY'] }))
      .injected;
    const { options } = optionsOf({ secrets, grant: ['OPENAI_API_KEY'] });
    const renewed = await openSecrets({
      ...options,
      readEnv: () => Promise.resolve({ OPENAI_API_KEY: 'another' }),
    });

    expect(renewed.injected?.identity).toBe(first?.identity);
    expect(renewed.injected?.version).not.toBe(first?.version);
    expect(other?.identity).not.toBe(first?.identity);
  });

  test('gives a narrow host what a wide one has, for only one rule counts', async () => {
    const opened = await open({
      secrets: { OPENAI_API_KEY: '*.example.com', SHOP_KEY: { hosts: 'api.example.com', header: 'X-Key' } },
      grant: ['OPENAI_API_KEY', 'SHOP_KEY'],
    });

    expect(opened.injected?.byHost).toEqual({
      '*.example.com': { Authorization: 'Bearer value-of-openai' },
      'api.example.com': { Authorization: 'Bearer value-of-openai', 'X-Key': 'value-of-the-shop' },
    });
  });

  test('passes a value in only when it is asked for by name, and says so', async () => {
    const secrets = { OPENAI_API_KEY: 'api.openai.com', SHOP_KEY: { as: 'env' } };
    const opened = await open({
      secrets,
      grant: ['OPENAI_API_KEY', 'SHOP_KEY'],
      flags: { secretEnv: ['PLAIN,OPENAI_API_KEY'] },
      kind: 'embedded',
    });

    expect(opened).toMatchObject({ injected: undefined, defaults: {} });
    expect(opened.envs).toEqual({
      PLAIN: 'value-of-plain',
      OPENAI_API_KEY: 'value-of-openai',
      SHOP_KEY: 'value-of-the-shop',
    });
    expect(JSON.stringify(opened.events)).toContain('The script can read the value of PLAIN, OPENAI_API_KEY');
    expect(JSON.stringify(opened.events)).not.toContain('value-of');
  });

  test('refuses what the embedded host cannot do, with the way out', async () => {
    const error = await refuse({
      secrets: { OPENAI_API_KEY: 'api.openai.com' },
      grant: ['OPENAI_API_KEY'],
      kind: 'embedded',
    });

    expect(error.code).toBe('USAGE_INVALID');
    expect(error.message).toContain('the embedded host does not open TLS');
    expect(error.hint).toContain('--secret-env OPENAI_API_KEY');
  });

  test.each([
    { what: 'an unset variable', given: { flags: { secretEnv: ['MISSING'] } }, says: 'needs MISSING' },
    { what: 'an empty variable', given: { flags: { secretEnv: ['EMPTY'] } }, says: 'needs EMPTY' },
    { what: 'an unknown secret', given: { grant: ['NOPE'] }, says: 'no secret NOPE' },
    { what: 'a name of every object', given: { grant: ['constructor'] }, says: 'no secret constructor' },
    {
      what: 'the same variable by -e',
      given: { secrets: { A: 'a.example' }, grant: ['A'], flags: { env: ['A=1'] } },
      says: 'A is given by -e',
    },
    {
      what: 'a value with a line break',
      given: { secrets: { BROKEN: 'a.example' }, grant: ['BROKEN'] },
      says: 'value of BROKEN cannot stand in a header',
    },
    {
      what: 'two in one place',
      given: {
        secrets: { OPENAI_API_KEY: '*.example.com', SHOP_KEY: 'api.example.com' },
        grant: ['OPENAI_API_KEY', 'SHOP_KEY'],
      },
      says: 'OPENAI_API_KEY and SHOP_KEY both set Authorization at api.example.com',
    },
    {
      what: 'too many hosts',
      given: {
        secrets: {
          OPENAI_API_KEY: Array.from({ length: 6 }, (_, index) => `a${index}.example`),
          SHOP_KEY: Array.from({ length: 6 }, (_, index) => `b${index}.example`),
        },
        grant: ['OPENAI_API_KEY', 'SHOP_KEY'],
      },
      says: '12 hosts, and E2B takes 10',
    },
    { what: 'a value typed as a name', given: { flags: { secretEnv: ['sk-123'] } }, says: 'this is none' },
  ])('refuses $what, without any value', async ({ given, says }) => {
    const error = await refuse(given);

    expect(error.message).toContain(says);
    expect(JSON.stringify(error)).not.toMatch(/value-of|two\\nlines|sk-123/);
  });
});
