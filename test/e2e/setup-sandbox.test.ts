import { E2B } from '@e2b/code-interpreter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import type { IrisCodeExecutor } from '../../src/library/index.ts';
import { builtLibrary } from '../support/executor.ts';
import { openFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { openRealHost } from '../support/real-host.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

const LOG =
  "await iris.logEvent('from_inside', { n: 1 }); console.log(await iris.queryEvents({ event: 'from_inside' }).then((r) => r.events.length));";

describe('setupIrisSandbox()', () => {
  let host: EmbeddedHost;
  let proxy: FaultProxy;
  let space: Workspace;
  let library: Awaited<ReturnType<typeof builtLibrary>>;
  let executor: IrisCodeExecutor;
  let e2b: E2B;
  beforeAll(async () => {
    host = await openRealHost();
    proxy = await openFaultProxy(host.url);
    space = await openWorkspace();
    await space.write({ 'package.json': '{}' });
    library = await builtLibrary();
    executor = openExecutor('one');
    e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  });
  afterAll(async () => {
    await executor.close();
    await space[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  function openExecutor(projectId: string, stateDir = space.stateDir): IrisCodeExecutor {
    const place = { E2B_API_KEY: host.apiKey, E2B_API_URL: proxy.url, E2B_SANDBOX_URL: proxy.url };
    const env = { ...space.env, ...place, IRIS_PROJECT_ID: projectId };
    return new library.IrisCodeExecutor({ cwd: space.dir, env, stateDir });
  }

  test.for(['base', 'code-interpreter-v1'])(
    'lets programs in a sandbox from %s call tools, with one write',
    async (template) => {
      const sandbox = await e2b.Sandbox.create(template);
      const before = proxy.requests.length;
      await using iris = await library.setupIrisSandbox(sandbox, { executor });

      const writes = proxy.requests.slice(before).filter((request) => request.includes('POST /files'));
      expect(writes).toHaveLength(1);
      expect(iris.nodeVersion).toMatch(/^v\d+\./);
      expect(iris.roundTripMs).toBeGreaterThan(0);
      await sandbox.files.write('as-package.mjs', `import { iris } from 'iris-prime'; ${LOG}`);
      await sandbox.files.write('as-file.mjs', `import { iris } from './iris-prime'; ${LOG}`);
      await sandbox.files.write(
        'as-common.cjs',
        `const { iris } = require('iris-prime'); (async () => { ${LOG} })();`,
      );
      const counts: number[] = [];
      for (const file of ['as-package.mjs', 'as-file.mjs', 'as-common.cjs'])
        counts.push(Number((await sandbox.commands.run(`node ${file}`)).stdout));
      expect(counts.map((count, at) => count - (counts[0] ?? 0) - at)).toEqual([0, 0, 0]);
      await sandbox.kill();
    },
  );

  test('keeps the data of projects apart, and verifies the way', async () => {
    await using other = openExecutor('two', `${space.stateDir}-two`);
    const [a, b] = [await e2b.Sandbox.create(), await e2b.Sandbox.create()];
    await using one = await library.setupIrisSandbox(a, { executor });
    await using two = await library.setupIrisSandbox(b, { executor: other });

    await a.commands.run(
      `node --input-type=module -e "import { iris } from 'iris-prime'; await iris.savePrompt('p', 'x')"`,
    );
    const seen = await b.commands.run(
      `node --input-type=module -e "import { iris } from 'iris-prime'; console.log((await iris.listPrompts()).prompts.length)"`,
    );

    expect(seen.stdout).toBe('0\n');
    expect(await library.verifyMcpConnection(one)).toEqual({
      sandboxId: a.sandboxId,
      roundTripMs: expect.any(Number),
    });
    expect(two.envs['IRIS_PROJECT_ID']).toBe('two');
    await Promise.all([a.kill(), b.kill()]);
  });

  test('opens the way again when the relay dies, and closes it for good', async () => {
    const sandbox = await e2b.Sandbox.create();
    const iris = await library.setupIrisSandbox(sandbox, { executor });
    await sandbox.commands.run('pkill -f [r]elay- || true');

    expect((await library.verifyMcpConnection(iris)).roundTripMs).toBeGreaterThan(0);
    await iris.close();
    await iris.close();

    await expect(library.verifyMcpConnection(iris)).rejects.toMatchObject({
      code: 'IRIS_UNAVAILABLE',
      message: expect.stringContaining('closed'),
    });
    const knock = `require('node:net').connect('${iris.envs['IRIS_BRIDGE'] ?? ''}').on('error', ({ code }) => console.log(code))`;
    const { stdout } = await sandbox.commands.run(`node -e "${knock}"`);
    expect(stdout).toMatch(/^(?:ENOENT|ECONNREFUSED)$/m);
    await sandbox.kill();
  });

  test('says what is wrong: no Node, no sandbox, no key, no path', async () => {
    const sandbox = await e2b.Sandbox.create('base', { envs: { PATH: '/nowhere' } });
    const unset = new library.IrisCodeExecutor({ cwd: space.dir, env: space.env, provider: 'embedded' });

    await expect(library.setupIrisSandbox(sandbox, { executor })).rejects.toMatchObject({
      code: 'SANDBOX_UNFIT',
      message: `Sandbox ${sandbox.sandboxId} has no Node, and the client needs 18 or newer`,
    });
    await expect(library.setupIrisSandbox({ sandboxId: 'gone' }, { executor })).rejects.toMatchObject({
      code: 'SANDBOX_NOT_FOUND',
    });
    await expect(library.setupIrisSandbox(sandbox, { executor: unset })).rejects.toMatchObject({
      code: 'AUTH_MISSING',
    });
    await expect(library.setupIrisSandbox(sandbox, { executor, dir: '../x' })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    });
    await unset.close();
    await sandbox.kill();
  });

  test('createIrisWrapper() gives the files for a template', async () => {
    const files = await library.createIrisWrapper({ dir: '/app' });

    expect(files.map(({ path }) => path)).toEqual([
      '/app/node_modules/iris-prime/package.json',
      '/app/node_modules/iris-prime/index.mjs',
      '/app/node_modules/iris-prime/index.cjs',
      '/app/iris-prime',
    ]);
  });
});
