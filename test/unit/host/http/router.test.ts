import { expect, test } from 'vitest';
import { compileRoutes } from '../../../../src/host/http/router.ts';

const match = compileRoutes([
  { method: 'GET', pattern: '(?:/v2)?/things/:id', handler: 'show' },
  { method: 'POST', pattern: '/things', handler: 'make' },
]);

test('compileRoutes() finds a row by method and path, and reads its parameters', () => {
  expect(match('GET', '/things/a-1')).toEqual({ handler: 'show', params: { id: 'a-1' } });
  expect(match('GET', '/v2/things/b')?.params).toEqual({ id: 'b' });
  expect(match('POST', '/things')?.handler).toBe('make');
});

test.each([
  ['DELETE', '/things/a'],
  ['GET', '/things/a/b'],
  ['GET', '/things/'],
  ['GET', 'x/things/a'],
])('compileRoutes() finds nothing for %s %s', (method, path) => {
  expect(match(method, path)).toBeUndefined();
});
