import { expect, test } from 'vitest';
import { splitRequestPath } from '../../../../src/host/proxy/request-path.ts';

test('splitRequestPath() cuts at the first question mark and decodes nothing', () => {
  expect(splitRequestPath('/a%20b?x=1?y')).toEqual({ path: '/a%20b', query: 'x=1?y' });
  expect(splitRequestPath('/')).toEqual({ path: '/', query: '' });
});

test.each([undefined, '', '*', 'http://elsewhere/init', 'a/b'])('splitRequestPath() refuses %j', (target) => {
  expect(splitRequestPath(target)).toBeUndefined();
});
