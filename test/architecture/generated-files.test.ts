import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { staleFiles, renderAll } from '../../scripts/generate.ts';
import { configSchema } from '../../src/config/schema.ts';
import { makeProject } from '../unit/config/project.ts';
import { ROOT } from './sources.ts';

test('generated files are fresh', async () => {
  expect(await staleFiles()).toEqual([]);
});

test('generated files say so in their first line', async () => {
  for (const [path, text] of await renderAll()) {
    expect(text.split('\n', 1)[0], path).toMatch(/Generated from .* do not edit/);
  }
});

test('.irisrc.example is a configuration that changes nothing', async () => {
  const text = await readFile(join(ROOT, '.irisrc.example'), 'utf8');
  await using example = await makeProject({ '.irisrc': text });
  await using bare = await makeProject();

  expect((await example.load()).config).toEqual((await bare.load()).config);
  expect(configSchema.parse(parse(text))).toEqual(configSchema.parse({}));
});

test('.irisrc.example and the reference name every key', async () => {
  const rendered = await renderAll();
  for (const key of Object.keys(configSchema.shape)) {
    expect(rendered.get('.irisrc.example')).toMatch(new RegExp(`^(?:# )?${key}:`, 'm'));
    expect(rendered.get('docs/reference/config.md')).toContain(`**\`${key}\`**`);
  }
});
