import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

const SCRIPT = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const file = process.argv[2] + '/count';
const count = existsSync(file) ? Number(readFileSync(file, 'utf8')) + 1 : 1;
writeFileSync(file, String(count));
console.log(count);
`;

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'count.ts': SCRIPT, 'plain.ts': 'console.log(process.env.IRIS_RUN_ID !== undefined)' });
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

async function volumes(): Promise<{ id: string; name: string; sandboxes: string[] }[]> {
  return JSON.parse(String((await space.iris(['volume', 'ls', '--json'])).stdout));
}

function count(...flags: string[]) {
  return space.iris(['run', ...flags, 'count.ts', '/data']);
}

test('what a script writes to a volume is there for the scripts of later sandboxes', async () => {
  const first = await count('--new', '--rm', '--volume', 'data:/data');
  const second = await count('--new', '--rm', '--volume', 'data:/data');

  expect(first.stderr).toContain('Made the volume data, which is empty');
  expect([first.stdout, second.stdout]).toEqual(['1\n', '2\n']);
  expect(second.stderr).not.toContain('Made');
  expect((await volumes()).map(({ name, sandboxes }) => ({ name, sandboxes }))).toEqual([
    { name: 'data', sandboxes: [] },
  ]);
});

test('a sandbox with a volume and one without are two, and each is reused', async () => {
  const ids = async (...flags: string[]): Promise<string[]> => {
    const run = await space.iris(['run', '--json', ...flags, 'plain.ts']);
    return [...new Set([...String(run.stdout).matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id))];
  };

  const plain = await ids();
  const withVolume = await ids('--volume', 'data:/data');
  const elsewhere = await ids('--volume', 'data:/other');

  expect(plain).not.toEqual(withVolume);
  expect(elsewhere).not.toEqual(withVolume);
  expect(await ids('--volume', 'data:/data')).toEqual(withVolume);
  expect(await ids()).toEqual(plain);
});

test('plan and info tell the volumes, and one that a sandbox has is not removed', async () => {
  const plan = await space.iris(['run', '--plan', '--volume', 'data:/data', 'plain.ts']);
  const [row] = await volumes();
  const info = await space.iris(['sandbox', 'info', row?.sandboxes[0] ?? '']);
  const refused = await space.iris(['volume', 'rm', 'data']);
  await space.iris(['sandbox', 'close', '--all']);
  const removed = await space.iris(['volume', 'rm', 'data']);
  const again = await space.iris(['volume', 'rm', 'data']);

  expect(plan.stdout).toMatch(/volumes +data:\/data/);
  expect(row?.sandboxes).toHaveLength(2);
  expect(info.stdout).toMatch(/volumes +data:\//);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toContain('The volume data is in use');
  expect(refused.stderr).toContain('iris sandbox close');
  expect(removed.stdout).toBe('removed data\n');
  expect(again.exitCode).toBe(66);
  expect(again.stderr).toContain('There is no volume data');
});

test.each([
  ['data:/data:ro', 'there is no ":ro"'],
  ['data', 'NAME:/path'],
  ['my data:/data', 'NAME:/path'],
  ['data:/etc', 'it is part of the system'],
  ['data:/home/user', 'only folders in it can be a volume'],
])('--volume %s is refused', async (word, text) => {
  const run = await space.iris(['run', '--new', '--rm', '--volume', word, 'plain.ts']);

  expect(run.exitCode).toBe(64);
  expect(run.stderr).toContain(text);
});

test("a project's file cannot choose volumes, the user can", async () => {
  await space.write({ '.irisrc.json': '{ "volumes": ["data:/data"] }' });
  const refused = await space.iris(['run', 'plain.ts']);
  await space.write({ '.irisrc.json': '{}' });
  const chosen = await space.iris(['run', '--new', '--rm', 'count.ts', '/data'], {
    env: { ...space.env, IRIS_VOLUMES: 'data:/data' },
  });

  expect(refused.stderr).toContain('volumes is here, which a project cannot choose for you');
  expect(refused.stderr).toContain('--volume NAME:/path');
  expect(chosen.stdout).toBe('1\n');
});
