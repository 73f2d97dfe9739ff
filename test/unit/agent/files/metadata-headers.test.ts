import { expect, test } from 'vitest';
import { metadataOf } from '../../../../src/agent/files/metadata-headers.ts';

test('metadataOf() reads X-Metadata headers in lower case, the first of each', () => {
  const headers = ['Host', 'x', 'X-Metadata-Owner', 'me', 'x-metadata-owner', 'you', 'X-METADATA-a.b', ''];

  expect(metadataOf(headers)).toEqual({ owner: 'me', 'a.b': '' });
});

test('metadataOf() keeps a key that objects treat specially', () => {
  const metadata = metadataOf(['X-Metadata-__proto__', 'x']);

  expect(Object.entries(metadata)).toEqual([['__proto__', 'x']]);
});

test.for([
  ['an empty key', ['X-Metadata-', 'x']],
  ['a key that is too long', [`X-Metadata-${'k'.repeat(247)}`, 'x']],
  ['a value that is not ASCII', ['X-Metadata-a', 'Ã¤']],
  ['a control character', ['X-Metadata-a', 'a\tb']],
  ['too much of it', ['X-Metadata-a', 'v'.repeat(2100), 'X-Metadata-b', 'v'.repeat(2000)]],
] as const)('metadataOf() refuses %s', ([, headers]) => {
  expect(() => metadataOf(headers)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
});
