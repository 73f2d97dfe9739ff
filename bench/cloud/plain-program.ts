import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the program that somebody writes who uses E2B's SDK in the straightforward way: create a sandbox, or connect to
 * the one whose id is given, write the script, run it. With "keep" it prints the id and lets the sandbox live.
 */
export function writePlainProgram(dir: string): string {
  const file = join(dir, 'plain.mjs');
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs';
import { Sandbox } from '@e2b/code-interpreter';
const options = { apiUrl: process.env.E2B_API_URL, sandboxUrl: process.env.E2B_SANDBOX_URL };
const id = process.argv[2];
const sandbox = id === undefined || id === 'keep'
  ? await Sandbox.create('base', options)
  : await Sandbox.connect(id, options);
await sandbox.files.write('/home/user/hello.mjs', readFileSync(new URL('hello.mjs', import.meta.url), 'utf8'));
const { stdout } = await sandbox.commands.run('node /home/user/hello.mjs');
if (id === 'keep') process.stdout.write(sandbox.sandboxId);
else process.stdout.write(stdout);
if (id === undefined) await sandbox.kill();
`,
  );
  return file;
}
