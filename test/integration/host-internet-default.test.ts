import { expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { control, createSandbox, fakeIsolation, openFakeHost } from '../support/host.ts';

const ALL = '0.0.0.0/0';

function open(options: { hasInternetByDefault?: boolean }): Promise<EmbeddedHost> {
  // Without walls every sandbox has the network of the machine.
  return openFakeHost({ ...fakeIsolation(), rung: 'bubblewrap' }, options);
}

async function hasInternet(host: EmbeddedHost, sandboxId: string): Promise<unknown> {
  return (await control(host, `/sandboxes/${sandboxId}`)).json().allowInternetAccess;
}

test.for([
  ['says nothing', {}, true],
  ['says no', { allow_internet_access: false }, false],
  ['denies everything', { network: { denyOut: [ALL] } }, false],
  ['names what it reaches', { network: { allowOut: ['example.com'], denyOut: [ALL] } }, false],
  ['denies a little', { network: { denyOut: ['8.8.8.8'] } }, true],
] as const)(
  'a host with internet by default gives it to a sandbox that %s as the cloud does',
  async ([, body, expected]) => {
    await using host = await open({ hasInternetByDefault: true });

    const { sandboxID } = await createSandbox(host, body);

    expect(await hasInternet(host, sandboxID)).toBe(expected);
  },
);

test('an update of the network falls back to the default of the host', async () => {
  await using host = await open({ hasInternetByDefault: true });
  const { sandboxID } = await createSandbox(host);
  const update = (body: object) =>
    control(host, `/sandboxes/${sandboxID}/network`, { method: 'PUT', body: JSON.stringify(body) });

  await update({ allow_internet_access: false });
  const closed = await hasInternet(host, sandboxID);
  await update({});

  expect(closed).toBe(false);
  expect(await hasInternet(host, sandboxID)).toBe(true);
});

test('any other host gives the internet to who asks for it', async () => {
  await using host = await open({});

  const silent = await createSandbox(host);
  const asking = await createSandbox(host, { allow_internet_access: true });

  expect(await hasInternet(host, silent.sandboxID)).toBe(false);
  expect(await hasInternet(host, asking.sandboxID)).toBe(true);
});
