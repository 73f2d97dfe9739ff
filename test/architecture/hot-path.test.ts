import { execa, execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';
import { openWorkspace } from '../support/workspace.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What a process had loaded when it ended: Node's own modules, and files. */
async function loadedBy(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ builtins: string[]; files: string[] }> {
  await using dir = await tempDir();
  const probe = join(dir.path, 'probe.cjs');
  writeFileSync(
    probe,
    `process.on('exit', () => require('fs').writeFileSync(process.env.PROBE_FILE, JSON.stringify({ builtins: process.moduleLoadList, files: Object.keys(require.cache) })));`,
  );
  execaSync(process.execPath, ['--require', probe, resolve('bin/iris.cjs'), ...args], {
    env: { PROBE_FILE: `${dir.path}/loaded.json`, HOME: dir.path, PATH: process.env['PATH'], ...env },
    extendEnv: false,
    reject: false,
  });
  const found = JSON.parse(readFileSync(`${dir.path}/loaded.json`, 'utf8'));
  return { builtins: found.builtins, files: found.files.filter((file: string) => file !== probe) };
}

/** Node's modules that cost milliseconds and that no fast command needs. */
const HEAVY =
  /^NativeModule (?:crypto|http|https|http2|tls|internal\/deps\/undici.*|worker_threads|readline|zlib)$/;

describe('the hot path', () => {
  test.for([['--version'], ['--help'], ['run', '--help'], ['sandbox', 'ls', '--help']])(
    'loads two files and nothing heavy for iris %s',
    async (args) => {
      const { builtins, files } = await loadedBy(args);

      expect(files.map((file) => file.replace(resolve('.'), ''))).toEqual([
        '/bin/iris.cjs',
        '/dist/cli/entry.cjs',
      ]);
      expect(builtins.filter((name) => HEAVY.test(name))).toEqual([]);
    },
  );

  test('loads two files and nothing heavy for a warm iris run', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    await space.iris(['run', 'x.ts']);

    const { builtins, files } = await loadedBy(['run', join(space.dir, 'x.ts')], space.env);

    expect(files.map((file) => file.replace(resolve('.'), ''))).toEqual([
      '/bin/iris.cjs',
      '/dist/cli/entry.cjs',
    ]);
    expect(builtins.filter((name) => HEAVY.test(name))).toEqual([]);
    expect(builtins.length).toBeLessThan(160);
  });

  test('has a warm request on its way before it loads node:net', async () => {
    await using space = await openWorkspace();
    await space.write({ 'x.ts': '' });
    await space.iris(['run', 'x.ts']);
    const probe = join(space.temp, 'probe.cjs');
    writeFileSync(
      probe,
      `const fs = require('fs'); const rename = fs.renameSync;
fs.renameSync = (...args) => { rename(...args); console.error(process.moduleLoadList.includes('NativeModule net')); };`,
    );

    const result = await execa(
      process.execPath,
      ['--require', probe, resolve('bin/iris.cjs'), 'run', 'x.ts'],
      {
        cwd: space.dir,
        env: space.env,
        extendEnv: false,
      },
    );

    expect(result.stderr).toBe('false');
  });
});
