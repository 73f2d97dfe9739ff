import { describe, expect, test } from 'vitest';
import { OutputWindow } from '../../../src/core/output-window.ts';

describe('OutputWindow', () => {
  test('keeps all of what fits, byte for byte', () => {
    const window = new OutputWindow(1024);
    for (const text of ['a'.repeat(500), 'ü', 'b'.repeat(522)]) window.push(Buffer.from(text));

    expect(window.read()).toEqual({ text: `${'a'.repeat(500)}ü${'b'.repeat(522)}`, isTruncated: false });
  });

  test('keeps the head and the tail of what does not, and says how much is missing', () => {
    const window = new OutputWindow(300);
    for (let line = 0; line < 10_000; line++) window.push(Buffer.from(`line ${line}\n`));

    const { text, isTruncated } = window.read();

    expect(isTruncated).toBe(true);
    expect(text).toMatch(/^line 0\nline 1\n/);
    expect(text).toMatch(/line 9998\nline 9999\n$/);
    expect(text).toContain(`[… ${window.totalBytes - 300} bytes left out …]`);
  });

  test('cuts no character in two', () => {
    const window = new OutputWindow(100);
    window.push(Buffer.from('€'.repeat(1000)));

    expect(window.read().text).not.toContain('\uFFFD');
  });

  test('copies what it keeps', () => {
    const window = new OutputWindow(100);
    const bytes = Buffer.from('kept');
    window.push(bytes);
    bytes.fill(0);

    expect(window.read().text).toBe('kept');
  });
});
