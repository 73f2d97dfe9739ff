import { expect, test } from 'vitest';
import { readRequest } from '../../../src/bridge/read-request.ts';
import { IrisError } from '../../../src/core/errors.ts';

const refusalOf = (text: string): IrisError => {
  try {
    readRequest(Buffer.from(text));
  } catch (thrown) {
    if (thrown instanceof IrisError) return thrown;
    throw thrown;
  }
  throw new Error('it was taken');
};
const call = (input: string): string =>
  `{"id":"a:1","method":"tools/call","params":{"name":"x","arguments":${input}}}`;

test('readRequest() takes a call as it is', () => {
  expect(readRequest(Buffer.from(call('{"a":[1,null,"b"]}')))).toEqual({
    id: 'a:1',
    method: 'tools/call',
    params: { name: 'x', arguments: { a: [1, null, 'b'] } },
  });
});

test.each([
  ['no JSON', '{', 'not JSON'],
  ['a scalar', '7', 'refused'],
  ['a list', '[]', 'refused'],
  ['an unknown method', '{"id":"a","method":"prompts/get"}', 'method'],
  ['a method of an object', '{"id":"a","method":"toString"}', 'method'],
  ['no id', '{"method":"tools/list"}', 'id'],
  ['an id that is too long', `{"id":"${'a'.repeat(101)}","method":"tools/list"}`, 'id'],
  ['an unknown key', '{"id":"a","method":"tools/list","extra":1}', 'extra'],
  ['a version of another time', '{"method":"hello","params":{"version":2,"token":"t"}}', 'version'],
  ['a key that changes what an object is', call('{"deep":{"__proto__":{"admin":true}}}'), '__proto__'],
  ['the same, written in another way', call(String.raw`{"\u005f_proto__":1}`), '__proto__'],
  ['too deep a nest', call('['.repeat(5000) + ']'.repeat(5000)), 'deep'],
])('readRequest() refuses %s', (_what, text, said) => {
  expect(refusalOf(text).message).toContain(said);
});

test('readRequest() says whose request it refused where that can be known', () => {
  expect(refusalOf(call('{"__proto__":1}')).details).toEqual({ id: 'a:1' });
  expect(refusalOf('{"id":{"a":1},"method":"x"}').details).toEqual({});
});
