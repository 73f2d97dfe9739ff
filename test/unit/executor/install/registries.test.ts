import { expect, test } from 'vitest';
import { parsePackages } from '../../../../src/executor/install/package-spec.ts';
import { hostsFor, registriesOf } from '../../../../src/executor/install/registries.ts';
import { networkOptions } from '../../../../src/sandbox/network-options.ts';

const SHARP = parsePackages(['sharp@0.34.5'], 'node');
const BOTH = parsePackages(['npm:@scope/name@^1.2', 'pip:pandas[excel]>=2,<3'], 'shell');

test('packages have a name apart from their version', () => {
  expect(SHARP).toEqual([{ source: 'npm', name: 'sharp', spec: 'sharp@0.34.5' }]);
  expect(BOTH).toEqual([
    { source: 'npm', name: '@scope/name', spec: '@scope/name@^1.2' },
    { source: 'pip', name: 'pandas', spec: 'pandas[excel]>=2,<3' },
  ]);
});

test('a sandbox without network reaches the registries alone, and one with network needs no more', () => {
  expect(hostsFor(SHARP, {}, false)).toEqual(['registry.npmjs.org']);
  expect(hostsFor(BOTH, {}, false)).toEqual(['files.pythonhosted.org', 'pypi.org', 'registry.npmjs.org']);
  expect(hostsFor(BOTH, {}, true)).toEqual([]);
});

test('a registry of the user takes the place of the public one, but no bare address is opened', () => {
  const named = registriesOf({ npm_config_registry: 'https://npm.example.com/x/' });

  expect(hostsFor(SHARP, named, false)).toEqual(['npm.example.com']);
  for (const url of ['http://127.0.0.1:4873/', 'http://[::1]:4873/', 'http://0x7f000001/'])
    expect(hostsFor(SHARP, registriesOf({ npm_config_registry: url }), false)).toEqual([]);
});

test('the hosts are all that the sandbox may reach', () => {
  expect(networkOptions({ allowInternetAccess: false, reach: ['registry.npmjs.org'] })).toEqual({
    allowPublicTraffic: false,
    allowOut: ['registry.npmjs.org'],
    denyOut: ['0.0.0.0/0'],
  });
  expect(networkOptions({ allowInternetAccess: false })).toEqual({ allowPublicTraffic: false });
});
