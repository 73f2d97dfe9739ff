import type { E2B } from '@e2b/code-interpreter';
import { expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { useSdkSandbox, type SdkSandbox } from '../support/sdk-sandbox.ts';

/** URLs of `sandbox.downloadUrl()` and `uploadUrl()`, as a program uses them that has nothing but the URL. */
let host: EmbeddedHost;
let e2b: E2B;
let sandbox: SdkSandbox;
useSdkSandbox((opened) => ({ host, e2b, sandbox } = opened));

interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

async function refusalOf(url: string, init?: RequestInit): Promise<Refusal> {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
}

function unauthorized(message: string): Refusal {
  return { status: 401, body: { code: 401, message } };
}

function without(url: string, name: string): string {
  const changed = new URL(url);
  changed.searchParams.delete(name);
  return changed.href;
}

test('a signed URL that is late, changed or not signed is refused in the words of envd', async () => {
  await sandbox.files.write('signed.txt', 'content');
  const url = await sandbox.downloadUrl('signed.txt', { useSignatureExpiration: 60 });
  const late = await sandbox.downloadUrl('signed.txt', { useSignatureExpiration: -120 });
  const upload = await sandbox.uploadUrl('signed.txt');
  const body = new FormData();
  body.append('file', new Blob(['changed']));

  expect(await refusalOf(late)).toEqual(unauthorized('signature is already expired'));
  expect(await refusalOf(`${url}0`)).toEqual(unauthorized('invalid signature'));
  expect(await refusalOf(without(url, 'signature_expiration'))).toEqual(unauthorized('invalid signature'));
  expect(await refusalOf(without(url, 'signature'))).toEqual(
    unauthorized('missing signature query parameter'),
  );
  expect(await refusalOf(without(upload, 'signature'), { method: 'POST', body })).toEqual(
    unauthorized('missing signature query parameter'),
  );
  expect(await (await fetch(url)).text()).toBe('content');
});

test('envd of a sandbox refuses a missing and a foreign token in its own words', async () => {
  const headers = { 'e2b-sandbox-id': sandbox.sandboxId, 'e2b-sandbox-port': '49983' };
  const foreign = { ...headers, 'x-access-token': 'another' };

  expect(await refusalOf(`${host.url}/files?path=a`, { headers: foreign })).toEqual(
    unauthorized('access token present in header but does not match'),
  );
  expect(await refusalOf(`${host.url}/envs`, { headers })).toEqual(
    unauthorized('unauthorized access, please provide a valid access token or method signing if supported'),
  );
});

test('a signed URL of a paused sandbox finds it again when it runs', async () => {
  const paused = await e2b.Sandbox.create();
  await paused.files.write('kept.txt', 'kept');
  const url = await paused.downloadUrl('kept.txt');
  await paused.pause();

  const refusal = await refusalOf(url);
  await paused.connect();

  expect(refusal).toMatchObject({ status: 502, body: { message: 'The sandbox was not found' } });
  expect(await (await fetch(url)).text()).toBe('kept');
  await paused.kill();
});
