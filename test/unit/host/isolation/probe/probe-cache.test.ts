import { expect, test } from 'vitest';
import type { HostFacts } from '../../../../../src/host/isolation/machine/host-facts.ts';
import { probeKey } from '../../../../../src/host/isolation/probe/probe-cache.ts';
import { aMachine } from '../a-machine.ts';

const FACTS: HostFacts = {
  maxUserNamespaces: '15000',
  unprivilegedUsernsClone: undefined,
  apparmorRestrictsUserns: undefined,
  container: undefined,
  isFiltered: false,
};

test('a finding is kept for as long as nothing changes', async () => {
  const key = await probeKey('auto', aMachine(), FACTS);

  expect(await probeKey('auto', aMachine(), { ...FACTS })).toBe(key);
});

test.for<[string, Partial<HostFacts>]>([
  ['user namespaces are forbidden', { maxUserNamespaces: '0' }],
  ['AppArmor restricts user namespaces', { apparmorRestrictsUserns: '1' }],
])('a finding is not kept when %s', async ([, change]) => {
  const key = await probeKey('auto', aMachine(), FACTS);

  expect(await probeKey('auto', aMachine(), { ...FACTS, ...change })).not.toBe(key);
});
