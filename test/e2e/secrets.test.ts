import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { openStandInCloud, type StandInCloud } from '../support/stand-in-cloud.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

const VALUE = 'hunter2-hunter2-hunter2';

/** Writes all that a program can see of its variables, its processes and its files. */
const LOOK_AROUND = `
  import { readdirSync, readFileSync } from 'node:fs';
  const read = (file: string) => { try { return readFileSync(file, 'latin1'); } catch { return ''; } };
  const list = (dir: string) => { try { return readdirSync(dir); } catch { return []; } };
  const walk = (dir: string): string[] => {
    try {
      return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? walk(dir + '/' + entry.name) : entry.isFile() ? [dir + '/' + entry.name] : []);
    } catch { return []; }
  };
  const processes = list('/proc').filter((name) => /^[0-9]+$/.test(name));
  const seen = [
    JSON.stringify(process.env),
    process.argv.join(' '),
    ...processes.flatMap((pid) => ['environ', 'cmdline'].map((name) => read('/proc/' + pid + '/' + name))),
    ...[...walk('/home/user'), ...walk('/tmp'), ...walk('/run')].map(read),
  ].join('\\n');
  console.log('looked at', seen.length > 1000);
  console.log('OPENAI_API_KEY =', process.env.OPENAI_API_KEY);
  console.log(seen);
`;

let host: EmbeddedHost;
let space: Workspace;
let cloud: StandInCloud;
beforeAll(async () => {
  host = await openRealHost();
  space = await openWorkspace();
  await space.write({
    '../home/.config/iris/config.yaml': `
secrets:
  OPENAI_API_KEY: api.openai.com
  SHOP_KEY: { hosts: api.shop.example, header: X-Api-Key }
`,
    'look.ts': LOOK_AROUND,
    'hi.ts': 'console.log("hi")',
  });
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

/** All that the state folder of iris holds, as text. */
async function stateText(): Promise<string> {
  const files = await readdir(space.stateDir, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((entry) => entry.isFile())
    .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1').catch(() => ''));
  return (await Promise.all(texts)).join('\n');
}

describe('in the cloud', () => {
  beforeEach(async () => {
    cloud = await openStandInCloud(host);
    return () => cloud[Symbol.asyncDispose]();
  });
  const env = (more: Record<string, string> = {}) => ({ ...space.env, ...cloud.env, ...more });

  test('a secret becomes a rule for its host, and is nowhere in the sandbox', async () => {
    const result = await space.iris(['run', '-v', '--secret', 'OPENAI_API_KEY', 'look.ts'], {
      env: env({ OPENAI_API_KEY: VALUE }),
    });

    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('looked at true\nOPENAI_API_KEY = injected-by-iris\n');
    expect(`${String(result.stdout)}${String(result.stderr)}`).not.toContain(VALUE);
    expect(cloud.creations).toMatchObject([
      {
        allow_internet_access: false,
        network: {
          allowPublicTraffic: false,
          allowOut: ['api.openai.com'],
          denyOut: ['0.0.0.0/0'],
          rules: { 'api.openai.com': [{ transform: { headers: { Authorization: `Bearer ${VALUE}` } } }] },
        },
        metadata: { 'iris.secrets': expect.stringMatching(/^OPENAI_API_KEY [0-9a-f]{12}$/) },
      },
    ]);
    expect(JSON.stringify(cloud.creations).split(VALUE)).toHaveLength(2);
    expect(await stateText()).not.toContain(VALUE);
  });

  test('a run with other secrets has another sandbox; a new value goes to the one that is there', async () => {
    await space.iris(['sandbox', 'close', '--all'], { env: env() });
    const run = (args: string[], value: string) =>
      space.iris(['run', ...args, 'hi.ts'], { env: env({ OPENAI_API_KEY: value, SHOP_KEY: value }) });

    await run([], VALUE);
    await run(['--secret', 'OPENAI_API_KEY'], VALUE);
    await run(['--secret', 'OPENAI_API_KEY'], VALUE);
    await run(['--secret', 'OPENAI_API_KEY', '--secret', 'SHOP_KEY'], VALUE);
    await run(['--secret', 'OPENAI_API_KEY'], `${VALUE}-renewed`);
    const puts = cloud.calls.filter(({ method, path }) => method === 'PUT' && path.endsWith('/network'));
    const info = await space.iris(['sandbox', 'info', 'default'], { env: env() });

    expect(cloud.creations).toHaveLength(3);
    expect(puts.map(({ body }) => body)).toEqual([
      {
        allow_internet_access: false,
        allowOut: ['api.openai.com'],
        denyOut: ['0.0.0.0/0'],
        rules: {
          'api.openai.com': [{ transform: { headers: { Authorization: `Bearer ${VALUE}-renewed` } } }],
        },
      },
    ]);
    expect(info.stderr).toContain('(without network, with OPENAI_API_KEY,SHOP_KEY)');
  });

  test('with --net the rest of the internet stays open', async () => {
    await space.iris(['run', '--net', '--new', '--rm', '--secret', 'SHOP_KEY', 'hi.ts'], {
      env: env({ SHOP_KEY: VALUE }),
    });

    expect(cloud.creations).toMatchObject([
      {
        allow_internet_access: true,
        network: {
          allowOut: ['api.shop.example', '0.0.0.0/0'],
          denyOut: ['0.0.0.0/0'],
          rules: { 'api.shop.example': [{ transform: { headers: { 'X-Api-Key': VALUE } } }] },
        },
      },
    ]);
  });

  test('what the cloud complains of shows no value, not even with --debug', async () => {
    await using grumpy = await openStandInCloud(host, ({ method, body }) =>
      method === 'POST' ? `invalid header in ${JSON.stringify(body)}` : undefined,
    );

    const result = await space.iris(
      ['run', '--debug', '--new', '-v', '--secret', 'OPENAI_API_KEY', 'hi.ts'],
      { env: { ...space.env, ...grumpy.env, OPENAI_API_KEY: VALUE } },
    );

    expect(result.exitCode).toBe(69);
    expect(result.stderr).toContain('Bearer ***');
    expect(result.stderr).not.toContain(VALUE);
    expect(await stateText()).not.toContain(VALUE);
  });

  test('a variable that is not set is named before anything is made', async () => {
    const result = await space.iris(['run', '--secret', 'OPENAI_API_KEY', 'hi.ts'], { env: env() });

    expect(result.exitCode).toBe(77);
    expect(result.stderr).toContain('The run needs OPENAI_API_KEY, which is not set here');
    expect(cloud.calls).toEqual([]);
  });
});

describe('on this machine', () => {
  test('a secret is refused, for nothing could keep it out', async () => {
    const result = await space.iris(['run', '--secret', 'OPENAI_API_KEY', 'hi.ts'], {
      env: { ...space.env, OPENAI_API_KEY: VALUE },
    });

    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('the embedded host does not open TLS');
    expect(result.stderr).toContain('--secret-env OPENAI_API_KEY');
  });

  test('--secret-env passes it in and says so', async () => {
    await space.write({ 'show.ts': 'console.log(process.env.OPENAI_API_KEY)' });

    const result = await space.iris(['run', '-v', '--secret-env', 'OPENAI_API_KEY', 'show.ts'], {
      env: { ...space.env, OPENAI_API_KEY: VALUE },
    });

    expect(result.stdout).toBe(`${VALUE}\n`);
    expect(result.stderr).toContain('The script can read the value of OPENAI_API_KEY');
    expect(result.stderr).not.toContain(VALUE);
    expect(await stateText()).not.toContain(VALUE);
  });

  test('without the daemon it is the same', async () => {
    const result = await space.iris(['run', '--no-daemon', '--secret-env', 'SHOP_KEY', 'show.ts'], {
      env: { ...space.env, SHOP_KEY: VALUE },
    });

    expect([result.stdout, result.exitCode]).toEqual(['undefined\n', 0]);
  });

  test('a project cannot send a secret of yours anywhere', async () => {
    await using other = await openWorkspace();
    await other.write({ '.irisrc': 'secrets: { OPENAI_API_KEY: evil.example }', 'x.ts': '' });

    const result = await other.iris(['run', 'x.ts'], { env: { ...other.env, OPENAI_API_KEY: VALUE } });

    expect(result.exitCode).toBe(78);
    expect(result.stderr).toContain('secrets is here, which a project cannot choose for you');
  });
});
