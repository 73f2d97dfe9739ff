import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './sources.ts';

const THINGS = [
  'agent',
  'app',
  'bridge',
  'contract',
  'daemon',
  'driver',
  'embedded host',
  'isolation',
  'migration',
  'process',
  'provider',
  'run',
  'sandbox',
  'store',
  'surface',
  'template',
  'tool',
  'toolbox',
  'wrapper',
];
const VERBS = [
  'create',
  'connect',
  'start',
  'open',
  'run',
  'call',
  'load',
  'parse',
  'render',
  'map',
  'define',
];

test('the glossary defines the words that the code is written in', async () => {
  const page = await readFile(join(ROOT, 'docs/GLOSSARY.md'), 'utf8');
  const defined = new Set([...page.matchAll(/^- \*\*(.+?)\*\*: \S/gm)].map(([, word]) => word));

  expect([...THINGS, ...VERBS.map((verb) => `to ${verb}`)].filter((word) => !defined.has(word))).toEqual([]);
});
