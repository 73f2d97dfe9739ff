import { expect, test } from 'vitest';
import { multipartBoundary, MultipartParser } from '../../../../src/agent/http/multipart-parser.ts';

function body(parts: readonly { head: string; content: string }[], boundary = 'XX'): Buffer {
  const text = parts.map(({ head, content }) => `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`).join('');
  return Buffer.from(`${text}--${boundary}--\r\n`);
}

function read(bytes: Buffer, chunkBytes: number): { filename: string | undefined; content: string }[] {
  const parser = new MultipartParser('XX');
  const parts: { filename: string | undefined; content: string }[] = [];
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    for (const event of parser.push(bytes.subarray(offset, offset + chunkBytes))) {
      if (event.type === 'part') parts.push({ filename: event.headers.filename, content: '' });
      const last = parts.at(-1);
      if (event.type === 'data' && last) last.content += event.bytes.toString('latin1');
    }
  }
  expect(parser.isComplete).toBe(true);
  return parts;
}

const file = (name: string): string => `Content-Disposition: form-data; name="file"; filename="${name}"`;

test('MultipartParser finds the same parts however the stream is cut', () => {
  const bytes = body([
    { head: file('a/b.txt'), content: 'plain' },
    { head: `${file('c')}\r\nContent-Type: text/plain`, content: '\r\n--X\r\n--XY\r\r\n--\r\n' },
    { head: file('empty'), content: '' },
  ]);

  for (let size = 1; size <= bytes.length; size += 1) {
    expect(read(bytes, size)).toEqual([
      { filename: 'a/b.txt', content: 'plain' },
      { filename: 'c', content: '\r\n--X\r\n--XY\r\r\n--\r\n' },
      { filename: 'empty', content: '' },
    ]);
  }
});

test('MultipartParser passes over a preamble and an epilogue', () => {
  const bytes = Buffer.concat([
    Buffer.from('hello\r\n'),
    body([{ head: file('a'), content: '1' }]),
    Buffer.from('bye --XX\r\n'),
  ]);

  expect(read(bytes, 7)).toEqual([{ filename: 'a', content: '1' }]);
});

test('MultipartParser reads names as fetch and browsers write them', () => {
  const heads = ['a%22b%0A.txt', 'sp ace;x.txt', 'ünï.txt'];

  const parts = read(body(heads.map((name) => ({ head: file(name), content: '' }))), 1000);

  expect(parts.map((part) => part.filename)).toEqual(['a"b\n.txt', 'sp ace;x.txt', 'ünï.txt']);
});

test('MultipartParser knows that the body stopped too early', () => {
  const parser = new MultipartParser('XX');
  parser.push(body([{ head: file('a'), content: 'x' }]).subarray(0, -6));

  expect(parser.isComplete).toBe(false);
});

test('MultipartParser rejects headers without an end', () => {
  const parser = new MultipartParser('XX');

  expect(() => parser.push(Buffer.from(`--XX\r\nA: ${'x'.repeat(20_000)}`))).toThrow(RangeError);
});

test('MultipartParser rejects a delimiter with something after it', () => {
  expect(() => new MultipartParser('XX').push(Buffer.from('--XXY\r\n'))).toThrow(RangeError);
});

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['multipart/form-data; charset=utf-8; boundary="a b"', 'a b'],
  ['application/octet-stream', undefined],
  ['multipart/form-data', undefined],
])('multipartBoundary() of %s', (contentType, boundary) => {
  expect(multipartBoundary(contentType)).toBe(boundary);
});
