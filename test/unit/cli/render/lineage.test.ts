import { expect, test } from 'vitest';
import { renderLineage } from '../../../../src/cli/render/lineage.ts';
import { pipe, terminal } from './screens.ts';

const nodes = [
  { id: 'a:1', kind: 'activity', name: 'write' },
  { id: 'e:1', kind: 'entity', name: 'notes', data: { text: 'x'.repeat(100) } },
  { id: 'a:0', kind: 'activity', name: 'read' },
] as const;
const edge = (src: string, dst: string, rel: string) => ({ src, dst, rel, role: '' });

test('a lineage is walked to both sides, and content is cut', () => {
  const shown = renderLineage(
    { root: 'e:1', nodes: [...nodes], edges: [edge('e:1', 'a:0', 'generated'), edge('a:1', 'e:1', 'used')] },
    pipe,
  );

  expect(shown.split('\n').slice(1)).toEqual([
    'came from',
    '└─ made by read  a:0',
    'led to',
    '└─ used by write  a:1',
    '',
  ]);
  expect(shown.split('\n')[0]).toMatch(/^notes \{"text":"x+…  e:1$/);
});

test('a circle is named and not walked again', () => {
  const edges = [edge('a:1', 'a:0', 'informed'), edge('a:0', 'a:1', 'informed')];

  expect(renderLineage({ root: 'a:1', nodes: [...nodes], edges }, pipe)).toContain(
    'came from\n└─ after read  a:0\n   └─ after write (see above)  a:1\n',
  );
});

test('what stands alone says so, and no line leaves the terminal', () => {
  const shown = renderLineage({ root: 'e:1', nodes: [...nodes], edges: [] }, terminal(30));

  expect(shown).toContain('nothing is known');
  expect(shown.split('\n')[0]?.length).toBeLessThanOrEqual(30);
});
