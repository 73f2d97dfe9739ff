import { describe, expect, test } from 'vitest';
import { secretLook } from '../../../src/executor/secret-look.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const hex = '0123456789abcdef'.repeat(3);
const word = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5'.repeat(2);

describe('a file is taken for one with a secret', () => {
  test.for([
    ['an E2B key', `const a = 1;\nconst key = "e2b_${hex}";`, 'a key of E2B (line 2)'],
    ['an OpenAI key', `sk-proj-${word}`, 'a key of OpenAI (line 1)'],
    ['an Anthropic key', `sk-ant-api03-${word}`, 'a key of Anthropic (line 1)'],
    ['a GitHub token', `ghp_${word.slice(0, 36)}`, 'a token of GitHub (line 1)'],
    ['an AWS key', ['AKIA', 'ABCDEFGH12345678'].join(''), 'a key of AWS (line 1)'],
    [
      'a private key',
      `-----BEGIN RSA PRIVATE KEY-----\n${word}\n-----END RSA PRIVATE KEY-----`,
      'a private key (line 1)',
    ],
  ] as const)('by its text: %s', ([, text, look]) => {
    expect(secretLook('src/config.ts', Buffer.from(text))).toBe(look);
  });

  test.for([
    '.env',
    'app/.env.production',
    'server.pem',
    'id_ed25519',
    '.netrc',
    'service-account-prod.json',
  ])('by its name: %s', (name) => {
    expect(secretLook(name, Buffer.from('x'))).toBeDefined();
  });
});

describe('a file is taken for harmless', () => {
  test.for([
    ['a class of a style sheet', 'class="sk-folding-cube sk-circle-fade-dot-animation-delay-large"'],
    ['a word that begins like a key', 'const e2b_sandbox_template_name_of_the_project = 1'],
    ['a mention of a private key', 'if (text.includes("-----BEGIN PRIVATE KEY-----")) warn()'],
    ['a connection to this machine', 'postgres://postgres:postgres@localhost:5432/postgres'],
    ['a digest', `sha512-${word}`],
  ] as const)('%s', ([, text]) => {
    expect(secretLook('src/a.ts', Buffer.from(text))).toBeUndefined();
  });

  test.for(['.env.example', 'environment.ts', 'keyboard.ts', 'id_rsa.pub'])('by its name: %s', (name) => {
    expect(secretLook(name, Buffer.from('x'))).toBeUndefined();
  });

  test('a binary file, and an empty one of any name', () => {
    expect(secretLook('a.bin', Buffer.from(`\0e2b_${hex}`))).toBeUndefined();
    expect(secretLook('.env', Buffer.alloc(0))).toBeUndefined();
  });
});
