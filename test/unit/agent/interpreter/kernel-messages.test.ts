import { describe, expect, test } from 'vitest';
import { KernelMessageReader } from '../../../../src/agent/interpreter/kernel-messages.ts';

function read(text: string): unknown[] {
  return new KernelMessageReader().push(Buffer.from(text));
}

describe('KernelMessageReader', () => {
  test('puts messages together from any pieces', () => {
    const reader = new KernelMessageReader();
    const bytes = Buffer.from('{"type":"stdout","text":"hé"}\n{"type":"end","cell":3}\n');

    const messages = [...bytes].flatMap((_, index) => reader.push(bytes.subarray(index, index + 1)));

    expect(messages).toEqual([
      { type: 'stdout', text: 'hé' },
      { type: 'end', cell: 3, isLast: false },
    ]);
  });

  test.each([
    'nonsense',
    '{"type":"stdout"',
    '[]',
    'null',
    '7',
    '{}',
    '{"type":"end_of_execution"}',
    '{"type":"__proto__"}',
    '',
  ])('passes over %s', (line) => {
    expect(read(`${line}\n{"type":"ready"}\n`)).toEqual([{ type: 'ready' }]);
  });

  test('keeps only the representations that clients know, and texts only where they expect texts', () => {
    const formats = { text: 1, html: '<b>', json: { a: 1 }, type: 'error', is_main_result: 1, png: ['x'] };

    const messages = read(`${JSON.stringify({ type: 'result', formats, isMain: 'yes' })}\n`);

    expect(messages).toEqual([{ type: 'result', formats: { html: '<b>', json: { a: 1 } }, isMain: false }]);
  });

  test('replaces fields of the wrong type', () => {
    expect(read('{"type":"error","name":{},"value":3}\n{"type":"stdout","text":null}\n')).toEqual([
      { type: 'error', name: '', value: '', traceback: '' },
      { type: 'stdout', text: '' },
    ]);
  });

  test('refuses a message without an end', () => {
    const reader = new KernelMessageReader();
    const chunk = Buffer.alloc(1024 * 1024, 'a');

    expect(() => {
      for (let index = 0; index < 40; index += 1) reader.push(chunk);
    }).toThrow(/larger than/);
  });
});
