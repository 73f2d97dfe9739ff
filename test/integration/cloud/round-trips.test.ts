import { afterAll, beforeAll, expect, test } from 'vitest';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openCloud, type Cloud, type CloudProcess } from '../../support/cloud.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

/** What came through the network since the last call: calls about processes and files, and calls to the control plane. */
function takeRequests({ proxy }: CloudProcess): { data: string[]; control: string[]; connections: number } {
  const taken = proxy.requests.splice(0);
  const { connections } = proxy;
  proxy.connections = 0;
  const isData = (line: string): boolean => /\/(process|files|health)/.test(line);
  return {
    data: taken.filter(isData),
    control: taken.filter((line) => !isData(line)),
    connections,
  };
}

const SAME = 'console.log(1)';
const START = 'POST /process.Process/Start';
const WRITE = 'POST /files';

test('a cold run takes four requests, a warm one two, and one when the sandbox has the script', async () => {
  const iris = await cloud.openProcess();

  const cold = await iris.run(SAME);
  const coldRequests = takeRequests(iris);
  const same = await iris.run(SAME);
  const sameRequests = takeRequests(iris);
  const changed = await iris.run('console.log(2)');
  const changedRequests = takeRequests(iris);

  expect([cold, same, changed].map(({ stdout }) => stdout)).toEqual(['1\n', '1\n', '2\n']);
  expect(coldRequests.data).toEqual([WRITE, START]);
  expect(coldRequests.control).toHaveLength(2);
  expect(sameRequests).toEqual({ data: [START], control: [], connections: 0 });
  expect(changedRequests).toEqual({ data: [WRITE, START], control: [], connections: 0 });
});

test('a new process needs no control call for a sandbox that an earlier one left', async () => {
  const sandboxName = 'left';
  const earlier = await cloud.openProcess();
  await earlier.run(SAME, { sandboxName });
  takeRequests(earlier);
  const later = await cloud.openProcess(earlier.proxy);

  const same = await later.run(SAME, { sandboxName });
  const sameRequests = takeRequests(later);
  const changed = await later.run('console.log(3)', { sandboxName });
  const changedRequests = takeRequests(later);

  expect([same.stdout, changed.stdout]).toEqual(['1\n', '3\n']);
  expect(sameRequests).toMatchObject({ data: [START], control: [], connections: 1 });
  expect(changedRequests).toEqual({ data: [WRITE, START], control: [], connections: 0 });
});

test('what is kept on the disk of a sandbox is for the user alone', async () => {
  await (await cloud.openProcess()).run(SAME);
  const folder = cloud.project.file('.endpoints');
  const [name = ''] = await readdir(folder);

  const kept = JSON.parse(await readFile(join(folder, name), 'utf8'));

  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(kept.headers['x-access-token']).toMatch(/./);
});
