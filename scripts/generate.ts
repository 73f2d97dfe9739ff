import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { renderCommandsReference } from './render-commands-reference.ts';
import { renderConfigReference } from './render-config-reference.ts';
import { renderErrorsReference } from './render-errors-reference.ts';
import { renderIrisrcExample } from './render-irisrc-example.ts';
import { renderPythonMethods } from './render-python-methods.ts';
import { renderToolsReference } from './render-tools-reference.ts';
import { renderWrapperMethods } from './render-wrapper-methods.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const GENERATED = {
  '.irisrc.example': renderIrisrcExample,
  'docs/reference/commands.md': renderCommandsReference,
  'docs/reference/config.md': renderConfigReference,
  'docs/reference/errors.md': renderErrorsReference,
  'docs/reference/tools.md': renderToolsReference,
  'src/wrapper/python/iris_prime/_methods.py': renderPythonMethods,
  'src/wrapper/tool-methods.ts': renderWrapperMethods,
} as const;

/** The files that are generated, by path from the root, as they have to be now. */
export async function renderAll(): Promise<ReadonlyMap<string, string>> {
  const rendered = new Map<string, string>();
  for (const [path, render] of Object.entries(GENERATED)) {
    rendered.set(path, /\.(?:md|ts)$/.test(path) ? await formatted(path, render()) : render());
  }
  return rendered;
}

/** The paths of generated files that are not what they have to be. */
export async function staleFiles(): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [path, text] of await renderAll()) {
    const found = await readFile(join(ROOT, path), 'utf8').catch(() => undefined);
    if (found !== text) stale.push(path);
  }
  return stale;
}

async function formatted(path: string, text: string): Promise<string> {
  const options = await resolveConfig(join(ROOT, path));
  return await format(text, { ...options, filepath: path });
}

async function main(isCheck: boolean): Promise<void> {
  const stale = await staleFiles();
  if (isCheck) {
    for (const path of stale) console.error(`${path} is stale: npm run gen`);
    process.exitCode = stale.length === 0 ? 0 : 1;
    return;
  }
  const rendered = await renderAll();
  for (const path of stale) {
    await writeFile(join(ROOT, path), rendered.get(path) ?? '');
    console.log(`wrote ${path}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await main(process.argv.includes('--check'));
