import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSecretKey, redact, redactText } from '../../../../src/tools/telemetry/redact.ts';

describe('redact()', () => {
  test.each([
    'authorization',
    'http.request.header.authorization',
    'Proxy-Authorization',
    'api_key',
    'apiKey',
    'X-API-Key',
    'openai.api-key',
    'token',
    'accessToken',
    'refresh_token',
    'password',
    'db.password_hash',
    'clientSecret',
    'set-cookie',
    'cookies',
    'aws_secret_access_key',
  ])('takes out what the key %s holds', (key) => {
    expect(isSecretKey(key)).toBe(true);
    expect(redact({ deep: [{ [key]: { a: ['x'] } }] })).toEqual({ deep: [{ [key]: '[REDACTED]' }] });
  });

  test.each([
    'gen_ai.usage.input_tokens',
    'gen_ai.token.type',
    'token_count',
    'max_tokens',
    'secretary',
    'tokenizer',
    'key',
    'primary_key',
    'keyboard',
  ])('leaves %s alone', (key) => {
    expect(redact({ [key]: 'value', [`${key}s`]: 12 })).toEqual({ [key]: 'value', [`${key}s`]: 12 });
  });

  test.each([
    ['use sk-abcdefghijklmnopqrstuvwx now', 'use [REDACTED] now'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '[REDACTED]'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_DEF-123!', 'jwt [REDACTED]!'],
    ['Authorization: Bearer abc.def-ghi123', 'Authorization: Bearer [REDACTED]'],
    ['postgres://user:pa55@host/db', 'postgres://user:[REDACTED]@host/db'],
    ['AKIAIOSFODNN7EXAMPLE', '[REDACTED]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- after', '[REDACTED] after'],
    ['a task-force of sk-ilful people', 'a task-force of sk-ilful people'],
  ])('makes %j into %j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test('replaces what Postgres cannot keep in jsonb', () => {
    expect(redact({ 'a\0': ['\uD800x', '😀'] })).toEqual({ 'a\uFFFD': ['\uFFFDx', '😀'] });
  });

  test('keeps the shape of any JSON, and finds nothing more the second time', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        const once = redact(json);
        expect(redact(once)).toEqual(once);
      }),
    );
  });

  test('is fast on long text without an end', () => {
    const startedAt = performance.now();
    redactText(
      `eyJ${'a'.repeat(60_000)} sk-${'-'.repeat(60_000)} ${'a://'.repeat(15_000)} -----BEGIN PRIVATE KEY-----`,
    );

    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
