import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox } from 'e2b';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

async function variablesOf(): Promise<Record<string, string>> {
  return JSON.parse(String((await space.iris(['host', 'env', '--json'])).stdout));
}

describe('iris host', () => {
  test("serves programs written for E2B's SDK, and ends with its sandboxes on Ctrl-C", async () => {
    const host = space.iris(['host']);
    const variables = await variablesOf();
    const sandbox = await Sandbox.create({
      apiKey: variables['E2B_API_KEY'] ?? '',
      apiUrl: variables['E2B_API_URL'] ?? '',
      sandboxUrl: variables['E2B_SANDBOX_URL'] ?? '',
    });

    await sandbox.files.write('note.txt', 'kept');
    const result = await sandbox.commands.run('cat note.txt');
    const record = statSync(join(space.stateDir, 'host.json'));
    const second = await space.iris(['host']);
    host.kill('SIGINT');
    const ended = await host;

    expect(result.stdout).toBe('kept');
    expect(record.mode & 0o777).toBe(0o600);
    expect([second.exitCode, second.stderr]).toEqual([64, expect.stringContaining('A host serves already')]);
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain(`export E2B_API_KEY=${variables['E2B_API_KEY']}\n`);
    expect(existsSync(join(space.stateDir, 'host.json'))).toBe(false);
  });

  test('env names the host that serves, in a form for eval', async () => {
    const host = space.iris(['host', '--json']);
    const env = await space.iris(['host', 'env']);
    host.kill('SIGTERM');

    expect(String(env.stdout).split('\n')).toEqual([
      expect.stringMatching(/^export E2B_API_URL=http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^export E2B_SANDBOX_URL=http/),
      expect.stringMatching(/^export E2B_VOLUME_API_URL=http/),
      expect.stringMatching(/^export E2B_API_KEY=e2b_[0-9a-f]{40}$/),
      '',
    ]);
    expect(JSON.parse(String((await host).stdout))).toHaveProperty('E2B_API_KEY');
  });

  test('--net gives the internet to sandboxes that do not refuse it', async () => {
    const host = space.iris(['host', '--net']);
    const { E2B_API_KEY: apiKey = '', E2B_API_URL: apiUrl = '' } = await variablesOf();
    const options = { apiKey, apiUrl, sandboxUrl: apiUrl };

    const open = await (await Sandbox.create(options)).getInfo();
    const closed = await (await Sandbox.create({ ...options, allowInternetAccess: false })).getInfo();
    host.kill('SIGTERM');
    await host;

    expect([open.allowInternetAccess, closed.allowInternetAccess]).toEqual([true, false]);
  });

  test('env forgets a host that was killed', async () => {
    const host = space.iris(['host']);
    await variablesOf();
    host.kill('SIGKILL');
    await host;

    const env = await until('the record to be stale', () => space.iris(['host', 'env']));

    expect([env.exitCode, env.stderr]).toEqual([69, expect.stringContaining('iris host &')]);
  });

  test('takes the port that it is told, and refuses what is none', async () => {
    const bad = await space.iris(['host', '--port', '99999']);

    expect([bad.exitCode, bad.stderr]).toEqual([64, expect.stringContaining('--port 99999 is not a port')]);
  });
});
