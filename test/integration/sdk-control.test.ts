import { Secret } from 'e2b';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { control, fakeIsolation, openFakeHost } from '../support/host.ts';

describe('what a host keeps besides sandboxes', () => {
  let stateDir: string;
  let host: EmbeddedHost;
  let options: { apiKey: string; apiUrl: string };

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'iris-control-'));
    host = await openFakeHost(fakeIsolation(), { stateDir });
    options = { apiKey: host.apiKey, apiUrl: host.url };
  });
  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    rmSync(stateDir, { recursive: true, force: true });
  });

  test('secrets are made, renewed, found by id or name, and removed; their value is never told', async () => {
    const made = await Secret.create('My-Key', 's3cret', { ...options, metadata: { a: 'b' } });
    const renewed = await Secret.update('my-key', 'other', options);

    expect(made).toMatchObject({ name: 'my-key', version: 1, metadata: { a: 'b' } });
    expect(renewed).toMatchObject({ version: 2, metadata: { a: 'b' } });
    expect((await Secret.getInfo(made.secretId, options)).name).toBe('my-key');
    expect((await control(host, '/secrets')).text).not.toMatch(/s3cret|other/);
    expect(statSync(join(stateDir, 'secrets', 'my-key')).mode & 0o777).toBe(0o600);
    await expect(Secret.create('my-key', 'x', options)).rejects.toThrow('409');
    expect([await Secret.destroy('my-key', options), await Secret.destroy('my-key', options)]).toEqual([
      true,
      false,
    ]);
    expect(readdirSync(join(stateDir, 'secrets'))).toEqual([]);
  });

  test('secrets come in pages', async () => {
    for (const name of ['c', 'a', 'b']) await Secret.create(name, 'v', options);

    const pages = Secret.list({ ...options, limit: 2 });

    expect((await pages.nextItems()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect((await pages.nextItems()).map(({ name }) => name)).toEqual(['c']);
    expect(pages.hasNext).toBe(false);
  });

  test.each(['../up', 'sec_mine', '', 'a/b', '.hidden', 'x'.repeat(200)])(
    'no secret is named %j',
    async (name) => {
      await expect(Secret.create(name, 'v', options)).rejects.toThrow('400');
    },
  );

  test('templates and teams can be listed, builds are refused clearly', async () => {
    const status = async (method: string, path: string): Promise<unknown> => {
      const reply = await control(host, path, { method, body: method === 'POST' ? '{}' : '' });
      return [reply.status, reply.json().code];
    };

    expect((await control(host, '/templates')).json()[0]).toMatchObject({ templateID: 'base' });
    expect((await control(host, '/teams')).json()).toMatchObject([{ isDefault: true }]);
    expect((await control(host, '/templates/aliases/base')).json()).toEqual({
      templateID: 'base',
      public: true,
    });
    expect(await status('GET', '/templates/aliases/none')).toEqual([404, 404]);
    expect((await control(host, '/templates/base/tags')).json()).toMatchObject([{ tag: 'default' }]);
    expect(await status('POST', '/v3/templates')).toEqual([501, 501]);
    expect(await status('POST', '/v2/templates/x/builds/y')).toEqual([501, 501]);
    expect(await status('DELETE', '/templates/base')).toEqual([404, 404]);
  });
});
