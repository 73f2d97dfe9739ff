import { expect, test } from 'vitest';
import { BundleMemory } from '../../../../src/executor/bundle/bundle-memory.ts';
import type { KeptBundle } from '../../../../src/executor/bundle/kept-bundle.ts';

function kept(bytes: number): KeptBundle {
  const bundle = {
    fileName: 'a.mjs',
    code: Buffer.alloc(bytes),
    sha256: '',
    inputs: [],
    callsTools: false,
    suspects: [],
    warnings: [],
  };
  return { bundle, stamps: { files: {}, folders: {} } };
}

test('BundleMemory forgets the entry that was used longest ago', () => {
  const memory = new BundleMemory({ maxEntries: 2, maxBytes: 100 });
  memory.set('a', kept(1));
  memory.set('b', kept(1));
  memory.get('a');

  memory.set('c', kept(1));

  expect(['a', 'b', 'c'].filter((key) => memory.get(key) !== undefined)).toEqual(['a', 'c']);
});

test('BundleMemory stays within its bytes', () => {
  const memory = new BundleMemory({ maxEntries: 10, maxBytes: 100 });
  memory.set('a', kept(60));
  memory.set('a', kept(40));
  memory.set('b', kept(50));
  expect(memory.get('a')).toBeDefined();

  memory.set('c', kept(50));

  expect(['a', 'b', 'c'].filter((key) => memory.get(key) !== undefined)).toEqual(['a', 'c']);
});

test('BundleMemory does not keep what is larger than all it may hold', () => {
  const memory = new BundleMemory({ maxEntries: 10, maxBytes: 100 });

  memory.set('a', kept(101));

  expect(memory.get('a')).toBeUndefined();
});
