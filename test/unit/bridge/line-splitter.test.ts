import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../../src/bridge/line-splitter.ts';

test('LineSplitter gives the same lines however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\n]{0,20}$/)), fc.array(fc.nat(40)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const splitter = new LineSplitter(1000);
      const found: string[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        for (const line of splitter.push(bytes.subarray(at, at + cut))) found.push(line.toString());
        at = Math.min(at + cut, bytes.length);
      }
      for (const line of splitter.push(bytes.subarray(at))) found.push(line.toString());
      expect(found).toEqual(lines);
    }),
  );
});

test('LineSplitter refuses a line over its limit, whole or in parts', () => {
  expect(() => [...new LineSplitter(4).push(Buffer.from('12345\n'))]).toThrow(RangeError);
  const splitter = new LineSplitter(4);
  expect([...splitter.push(Buffer.from('123'))]).toEqual([]);
  expect(() => [...splitter.push(Buffer.from('45'))]).toThrow(RangeError);
});
