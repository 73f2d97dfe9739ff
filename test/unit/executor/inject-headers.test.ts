import { expect, test } from 'vitest';
import { injectHeaders } from '../../../src/executor/inject-headers.ts';
import type { LiveSandbox } from '../../../src/executor/live-sandboxes.ts';
import type { WayOut } from '../../../src/sandbox/sandbox.ts';

function liveSandbox(): LiveSandbox {
  const endpoint = { sandboxId: 'i1', url: '', headers: {} };
  return {
    key: '',
    identity: undefined,
    sandbox: { id: 'i1', endpoint },
    ref: { id: 'i1', name: 'default', provider: 'e2b', isolation: 'microvm' },
    origin: { type: 'resumed' },
    written: new Set(),
    endAtMs: 0,
    keptUntilMs: 0,
    runs: 0,
    endMoved: Promise.resolve(),
  };
}

test('injectHeaders() tells the provider of values once, and again when they change', async () => {
  const told: [string, WayOut][] = [];
  const provider = {
    inject: (id: string, way: WayOut) => {
      told.push([id, way]);
      return Promise.resolve();
    },
  };
  const live = liveSandbox();
  const injected = (version: string) => ({ identity: 'A 1', version, byHost: {}, values: [] });

  await injectHeaders(provider, live, { injected: undefined, hasNetwork: false });
  await injectHeaders(provider, live, { injected: injected('one'), hasNetwork: false });
  await injectHeaders(provider, live, { injected: injected('one'), hasNetwork: false });
  await injectHeaders(provider, live, { injected: injected('two'), hasNetwork: true });

  expect(told).toEqual([
    ['i1', { allowInternetAccess: false, injected: injected('one') }],
    ['i1', { allowInternetAccess: true, injected: injected('two') }],
  ]);
});

test('injectHeaders() tries again after a failure', async () => {
  const live = liveSandbox();
  const wish = { injected: { identity: '', version: 'one', byHost: {}, values: [] }, hasNetwork: false };
  const failing = { inject: () => Promise.reject(new Error('no')) };

  await expect(injectHeaders(failing, live, wish)).rejects.toThrow('no');

  expect(live.injectedVersion).toBeUndefined();
});
