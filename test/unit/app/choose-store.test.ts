import { describe, expect, test } from 'vitest';
import { chooseStore } from '../../../src/app/choose-store.ts';
import { defaultConfig } from '../../../src/config/default-config.ts';
import type { LoadedConfig } from '../../../src/config/load.ts';

const loaded = (
  config: Partial<LoadedConfig['config']> = {},
  projectDir = '/home/me/My Shop',
): LoadedConfig => ({
  config: { ...defaultConfig(), ...config },
  values: {},
  toolRules: [],
  origins: new Map(),
  files: [],
  projectDir,
  servers: { granted: { words: [], by: 'user', origin: '' }, own: [] },
});

describe('chooseStore()', () => {
  test('takes this machine without a word, and a project by its directory', () => {
    const here = chooseStore(loaded(), {});

    expect(here).toEqual({
      type: 'pglite',
      identity: { type: 'project', projectId: expect.stringMatching(/^my-shop-[0-9a-f]{8}$/) },
    });
    expect(chooseStore(loaded(), {})).toEqual(here);
    expect(chooseStore(loaded({}, '/elsewhere/My Shop'), {})).not.toEqual(here);
    expect(chooseStore(loaded({}, '/'), {}).identity).toMatchObject({
      projectId: expect.stringMatching(/^project-/),
    });
  });

  test('takes what the variables lead to, and the config before them', () => {
    const env = { DATABASE_URL: 'postgresql://x', SUPABASE_URL: 'https://x', SUPABASE_SECRET_KEY: 's' };

    expect(chooseStore(loaded(), env)).toMatchObject({ type: 'supabase', url: 'https://x', key: 's' });
    expect(chooseStore(loaded({ store: 'postgres' }), env)).toMatchObject({
      type: 'postgres',
      url: 'postgresql://x',
    });
    expect(chooseStore(loaded({ store: 'embedded', projectId: 'shop' }), env)).toEqual({
      type: 'pglite',
      identity: { type: 'project', projectId: 'shop' },
    });
  });

  test('takes the publishable key with a key of iris, and never the secret one', () => {
    const env = {
      SUPABASE_URL: 'https://x',
      SUPABASE_SECRET_KEY: 's',
      SUPABASE_PUBLISHABLE_KEY: 'p',
      IRIS_API_KEY: 'ik',
    };

    expect(chooseStore(loaded(), env)).toMatchObject({ key: 'p', identity: { type: 'key', key: 'ik' } });
  });

  test.each([
    [{ store: 'postgres' as const }, {}, 'CONFIG_INVALID', 'DATABASE_URL'],
    [{ store: 'supabase' as const }, {}, 'CONFIG_INVALID', 'SUPABASE_URL'],
    [{}, { SUPABASE_URL: 'https://x' }, 'AUTH_MISSING', 'SUPABASE_SECRET_KEY'],
    [{}, { SUPABASE_URL: 'https://x', IRIS_API_KEY: 'ik' }, 'AUTH_MISSING', 'SUPABASE_PUBLISHABLE_KEY'],
  ])('says what is missing: %j with %j', (config, env, code, name) => {
    expect(() => chooseStore(loaded(config), env)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(name) }),
    );
  });
});
