import { relative, resolve } from 'node:path';
import { IrisError } from '../../core/errors.ts';
import { detectPackageManager, parsePackageManager, type PackageManager } from './package-installers.ts';
import { demandFree, packageNameFor } from './project-dir.ts';
import { DEFAULT_TEMPLATE, findTemplate, type Template } from './templates.ts';

export interface InitOptions {
  readonly template?: string;
  readonly name?: string;
  readonly packageManager?: string;
  readonly install?: boolean;
  readonly yes?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly input?: boolean;
}

/** A project with every choice made. */
export interface InitChoices {
  readonly dir: string;
  /** As people write it. */
  readonly shownDir: string;
  readonly template: Template;
  readonly name: string;
  readonly packageManager: PackageManager;
  readonly installs: boolean;
}

/** Asks a person for what no flag says; undefined where nobody can be asked. */
export interface Questions {
  dir(proposed: string): Promise<string>;
  template(): Promise<string>;
  packageManager(detected: PackageManager): Promise<PackageManager>;
  installs(manager: PackageManager): Promise<boolean>;
}

export interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]{0,200}$/;

/** Makes every choice, by flags and questions. Throws USAGE_INVALID for a wrong one, and for a folder that is not empty. */
export async function makeChoices(
  dirWord: string | undefined,
  options: InitOptions,
  { cwd, env, questions }: Place & { readonly questions: Questions | undefined },
): Promise<InitChoices> {
  const { known, given } = await checkFlags(dirWord, options, cwd);
  const template = known ?? findTemplate((await questions?.template()) ?? DEFAULT_TEMPLATE);
  const proposed = options.yes === true ? template.name : undefined;
  const word = dirWord ?? proposed ?? (await questions?.dir(template.name)) ?? missingDir();
  const dir = resolve(cwd, word);
  await demandFree(dir, word);
  const project = {
    dir,
    shownDir: relative(cwd, dir) || '.',
    template,
    name: options.name ?? packageNameFor(dir),
  };
  const detected = given ?? detectPackageManager(dir, env);
  if (!template.hasPackages) return { ...project, packageManager: detected, installs: false };
  const packageManager = given ?? (await questions?.packageManager(detected)) ?? detected;
  return { ...project, packageManager, installs: await decideInstall(options, packageManager, questions) };
}

/** Commander takes the absence of --no-install for a yes, so that alone decides nothing. */
async function decideInstall(
  { install }: InitOptions,
  packageManager: PackageManager,
  questions: Questions | undefined,
): Promise<boolean> {
  return install !== false && ((await questions?.installs(packageManager)) ?? true);
}

interface CheckedFlags {
  readonly known: Template | undefined;
  readonly given: PackageManager | undefined;
}

/** Nobody is asked anything before all that was typed is right. */
async function checkFlags(
  dirWord: string | undefined,
  options: InitOptions,
  cwd: string,
): Promise<CheckedFlags> {
  const { template, packageManager, name } = options;
  if (name !== undefined) demandName(name);
  if (dirWord !== undefined) await demandFree(resolve(cwd, dirWord), dirWord);
  return {
    known: template === undefined ? undefined : findTemplate(template),
    given: packageManager === undefined ? undefined : parsePackageManager(packageManager),
  };
}

function demandName(name: string): void {
  if (PACKAGE_NAME.test(name)) return;
  throw new IrisError('USAGE_INVALID', `--name ${name}: no package can be called so`, {
    hint: 'Take small letters, digits, dots and dashes, such as my-project',
  });
}

function missingDir(): never {
  throw new IrisError('USAGE_INVALID', 'No folder was named, and nobody can be asked', {
    hint: 'Name it: iris init my-project --template hello. For this folder: iris init .',
  });
}
