import { resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openBundler } from '../../src/executor/bundle/bundler.ts';
import { scriptProject } from '../support/script-project.ts';

const bundler = openBundler({ wrapperFile: resolve('dist/wrapper/iris-prime.mjs') });
afterAll(async () => {
  await bundler[Symbol.asyncDispose]();
});

const SCRIPT = `import { myNotes } from 'iris-prime/servers';\nconsole.log(await myNotes.addNote({ text: 'a' }));\n`;

async function bundle(script: string, servers: readonly string[]) {
  await using project = await scriptProject({ 'script.ts': script });
  return await bundler.bundle({
    scriptFile: project.file('script.ts'),
    localDir: project.dir,
    sandboxDir: project.home,
    servers,
  });
}

describe("a script that imports 'iris-prime/servers'", () => {
  test('finds the servers that are granted, and counts as one that calls tools', async () => {
    const { callsTools, code } = await bundle(SCRIPT, ['my-notes', 'github']);

    expect(callsTools).toBe(true);
    expect(code.toString('utf8')).toContain('serverTools("my-notes")');
    expect(code.toString('utf8')).not.toContain('serverTools("github")');
  });

  test('is told which server is not granted, where, and how to grant it', async () => {
    await expect(bundle(SCRIPT, ['github'])).rejects.toMatchObject({
      code: 'SCRIPT_INVALID',
      message: 'script.ts:1:10: The MCP server myNotes is not granted to this run',
      hint: expect.stringContaining('--mcp myNotes'),
    });
  });

  test('is bundled anew when other servers are granted', async () => {
    await using project = await scriptProject({ 'script.ts': SCRIPT });
    const place = { scriptFile: project.file('script.ts'), localDir: project.dir, sandboxDir: project.home };

    await expect(bundler.bundle(place)).rejects.toMatchObject({ code: 'SCRIPT_INVALID' });
    await expect(bundler.bundle({ ...place, servers: ['my-notes'] })).resolves.toMatchObject({
      callsTools: true,
    });
    await expect(bundler.bundle(place)).rejects.toMatchObject({ code: 'SCRIPT_INVALID' });
  });
});
