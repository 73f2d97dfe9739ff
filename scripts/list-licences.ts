import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED_DIR } from './note-bundled.ts';

const LIST = 'dist/THIRD-PARTY-LICENCES.txt';
/** Those that ask for no more than to be named. */
const ACCEPTED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
]);
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[-.].*)?$/i;

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** Writes the licences of all packages whose code is in the build. Throws for one that may not be passed on like this. */
function listLicences(): void {
  const files = readdirSync(BUNDLED_DIR).flatMap((name): string[] => {
    const noted: unknown = JSON.parse(readFileSync(join(BUNDLED_DIR, name), 'utf8'));
    return Array.isArray(noted) ? noted.filter((file) => typeof file === 'string') : [];
  });
  const folders = [...new Set(files.flatMap((file) => packageFolder(file) ?? []))].toSorted();
  const bundled = folders.map(readPackage);
  const refused = bundled.filter(({ licence }) => !isAccepted(licence));
  if (refused.length > 0)
    throw new Error(refused.map(({ name, licence }) => `${name} is under "${licence}"`).join('; '));
  writeFileSync(LIST, `${HEAD}\n${bundled.map(toSection).join('\n')}`);
  rmSync(BUNDLED_DIR, { recursive: true });
}

const HEAD = `iris-prime contains code of the packages below, under the licences that they came with.\n`;

function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function readPackage(folder: string): Bundled {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  const texts = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => LICENCE_FILE.test(file))
        .toSorted()
    : [];
  return {
    name: String(name),
    version: String(version),
    licence: typeof license === 'string' ? license : 'unknown',
    text: texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n'),
  };
}

/** `(MIT OR Apache-2.0)` gives a choice, `MIT AND ISC` asks for both. */
function isAccepted(licence: string): boolean {
  const words = licence.replaceAll(/[()]/g, '');
  return words.split(' OR ').some((choice) => choice.split(' AND ').every((one) => ACCEPTED.has(one.trim())));
}

function toSection({ name, version, licence, text }: Bundled): string {
  return `${'-'.repeat(72)}\n${name} ${version} (${licence})\n\n${text === '' ? `It comes without a text of its own: ${licence} as it stands elsewhere in this file.` : text}\n`;
}

listLicences();
