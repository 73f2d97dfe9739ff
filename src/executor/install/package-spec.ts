import { IrisError } from '../../core/errors.ts';

/** Where packages come from. */
export type PackageSource = 'npm' | 'pip';

/** A package that a sandbox is to have. */
export interface PackageSpec {
  readonly source: PackageSource;
  /** Such as `sharp`, `@scope/name` or `numpy`. */
  readonly name: string;
  /** The name with the version, as npm or pip takes it. */
  readonly spec: string;
}

const NPM = /^((?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-zA-Z0-9~][a-zA-Z0-9._~-]*)(?:@[\w.^~<>=|*+ -]{1,100})?$/;
const PIP =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[A-Za-z0-9._, -]+\])?(?:(?:[=<>!~]=?|===)[\w.*+!,<>=~ -]{1,100})?$/;
const EXAMPLES = { npm: 'sharp@0.34.5', pip: 'numpy==2.1.0' };

/**
 * Reads the words of --install. `npm:` or `pip:` before a word says where it comes from; without it, packages come from
 * where those of the script's language do. Throws USAGE_INVALID for what is not the name of a package.
 */
export function parsePackages(
  words: readonly string[],
  language: 'node' | 'python' | 'shell',
): readonly PackageSpec[] {
  return words.map((word) => parsePackage(word, language));
}

function parsePackage(word: string, language: 'node' | 'python' | 'shell'): PackageSpec {
  const [, prefix, rest = ''] = /^(?:(npm|pip):)?(.*)$/s.exec(word) ?? [];
  const source = prefix === 'npm' || prefix === 'pip' ? prefix : sourceFor(language);
  if (source === undefined)
    throw new IrisError('USAGE_INVALID', `--install ${word}: a shell script has no packages of its own`, {
      hint: `Say where it comes from: --install npm:${rest} or --install pip:${rest}`,
    });
  const name = (source === 'npm' ? NPM : PIP).exec(rest)?.[1];
  if (name !== undefined) return { source, name, spec: rest };
  throw new IrisError('USAGE_INVALID', `--install ${word}: that names no package of ${source}`, {
    hint: `Give its name, with a version if you like: --install ${EXAMPLES[source]}`,
  });
}

function sourceFor(language: 'node' | 'python' | 'shell'): PackageSource | undefined {
  return ({ node: 'npm', python: 'pip', shell: undefined } as const)[language];
}
