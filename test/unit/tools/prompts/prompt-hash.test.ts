import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { promptHash } from '../../../../src/tools/prompts/prompt-hash.ts';

test('promptHash() is the SHA-256 of the canonical JSON of type, format, template and config', () => {
  const json = '{"config":{"a":1,"b":0.1},"format":"plain","template":"A","type":"text"}';

  expect(promptHash({ type: 'text', format: 'plain', template: 'A', config: { b: 0.1, a: 1 } })).toBe(
    createHash('sha256').update(json).digest('hex'),
  );
});
