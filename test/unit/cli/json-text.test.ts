import { describe, expect, test } from 'vitest';
import { openJsonText } from '../../../src/cli/render/json-text.ts';
import type { RunEventJson } from '../../../src/contract/run-event.ts';

function bytesOf(events: readonly RunEventJson[]): Buffer {
  return Buffer.concat(
    events.map((event) => {
      if (event.type !== 'stdout' && event.type !== 'stderr') throw new Error(event.type);
      return Buffer.from(event.data, event.encoding);
    }),
  );
}

function feed(chunks: readonly Buffer[]): RunEventJson[] {
  const events: RunEventJson[] = [];
  const text = openJsonText('stdout', (event) => events.push(event) > 0);
  for (const chunk of chunks) text.push(chunk);
  text.end();
  return events;
}

describe('openJsonText()', () => {
  test('joins a character that a chunk cut, at every place', () => {
    const bytes = Buffer.from('aé€😀z');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const events = feed([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(events.every((event) => 'encoding' in event && event.encoding === 'utf8')).toBe(true);
      expect(bytesOf(events)).toEqual(bytes);
    }
  });

  test('sends what is no UTF-8 as base64, and loses none of it', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x41, 0xc3]);

    const events = feed([bytes]);

    expect(events.some((event) => 'encoding' in event && event.encoding === 'base64')).toBe(true);
    expect(bytesOf(events)).toEqual(bytes);
  });

  test('keeps a replacement character that the script really wrote', () => {
    expect(feed([Buffer.from('\uFFFD')])).toEqual([
      { v: 1, type: 'stdout', data: '\uFFFD', encoding: 'utf8' },
    ]);
  });
});
