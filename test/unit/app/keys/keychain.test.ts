import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keychainOf } from '../../../../src/app/keys/keychain.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** Reads commands from its standard input, as macOS' own does with -i, and keeps one value. */
const SECURITY = `#!/bin/sh
dir="$(dirname "$0")"
echo "$@" >> "$dir/calls"
case "$1" in
-i) cat > "$dir/said"; sed -n 's/.* -X \\([0-9a-f]*\\)$/\\1/p' "$dir/said" > "$dir/value" ;;
find-generic-password) [ -e "$dir/value" ] || exit 44; node -p 'Buffer.from(process.argv[1], "hex").toString()' "$(cat "$dir/value")" ;;
delete-generic-password) [ -e "$dir/value" ] || exit 44; rm "$dir/value" ;;
esac
`;
const SECRET = 'e2b_"quotes"\\and$more';

async function withProgram(name: string, text: string, platform: NodeJS.Platform) {
  const dir = await tempDir();
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await dir[Symbol.asyncDispose]();
  });
  await writeFile(join(dir.path, name), text, { mode: 0o755 });
  vi.stubEnv('PATH', `${dir.path}:${process.env['PATH'] ?? ''}`);
  const keychain = keychainOf(platform);
  if (keychain === undefined) throw new Error('There is no keychain');
  return { keychain, read: async (file: string) => await readFile(join(dir.path, file), 'utf8') };
}

test("macOS' keychain gets the value on standard input, whatever is in it", async () => {
  const { keychain, read } = await withProgram('security', SECURITY, 'darwin');

  expect(await keychain.read('E2B_API_KEY https://x')).toBeUndefined();
  await keychain.write('E2B_API_KEY https://x', SECRET);

  expect(await keychain.read('E2B_API_KEY https://x')).toBe(SECRET);
  expect(await read('said')).toMatch(/^add-generic-password -U -s iris-prime -a "E2B_API_KEY https:\/\/x" /);
  await keychain.remove('E2B_API_KEY https://x');
  expect(await keychain.read('E2B_API_KEY https://x')).toBeUndefined();
  const calls = await read('calls');
  expect(calls).toContain('find-generic-password -s iris-prime -a E2B_API_KEY https://x -w');
  expect(calls).not.toContain('quotes');
  expect(calls).not.toContain(Buffer.from(SECRET).toString('hex'));
});

test.for([
  [
    'a service that is not there',
    'echo "no bus for e2b_secretvalue" >&2; exit 1',
    'its program ended with 1',
  ],
  ['a program that is killed', 'kill -9 $$', 'it did not answer in time'],
] as const)('%s is told without its words', async ([, script, message]) => {
  const { keychain } = await withProgram('secret-tool', `#!/bin/sh\n${script}\n`, 'linux');

  const failure = { code: 'AUTH_MISSING', message: `The keychain cannot be used: ${message}` };

  await expect(keychain.write('E2B_API_KEY', SECRET)).rejects.toMatchObject(failure);
  await expect(keychain.read('E2B_API_KEY')).rejects.toMatchObject(failure);
  await expect(keychain.remove('E2B_API_KEY')).rejects.toMatchObject(failure);
});

test('a value that is not there is none, and a missing program says so', async () => {
  const { keychain } = await withProgram('secret-tool', '#!/bin/sh\nexit 1\n', 'linux');
  expect(await keychain.read('E2B_API_KEY')).toBeUndefined();

  vi.stubEnv('PATH', '/nowhere');
  await expect(keychain.read('E2B_API_KEY')).rejects.toThrow('there is no program secret-tool');
});

test('Windows has none', () => {
  expect(keychainOf('win32')).toBeUndefined();
});

test('a program that is there and cannot be started counts as none', async () => {
  const { keychain, read } = await withProgram('other', '', 'linux');
  const dir = (process.env['PATH'] ?? '').split(':')[0] ?? '';
  await writeFile(join(dir, 'secret-tool'), 'no program', { mode: 0o644 });
  vi.stubEnv('PATH', dir);

  expect(await read('other')).toBe('');
  await expect(keychain.read('E2B_API_KEY')).rejects.toThrow('there is no program secret-tool');
});
