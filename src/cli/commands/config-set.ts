import { homedir } from 'node:os';
import { isAbsolute, relative } from 'node:path';
import { configTargets, type ConfigTarget, type ConfigTargets } from '../../config/config-target.ts';
import { putIntoYaml, takeFromYaml, valueInYaml } from '../../config/edit-yaml.ts';
import { valueAt } from '../../config/layer.ts';
import { refuseProblems } from '../../config/problem.ts';
import { findKey, projectProblems, readTyped, type TypedKey } from '../../config/typed-value.ts';
import { envLayer } from '../../config/word-layer.ts';
import { IrisError } from '../../core/errors.ts';
import { entryAt, putIntoJson, takeFromJson } from '../mcp-install/edit-json.ts';
import { printJson } from '../terminal/print.ts';
import { replaceFile } from '../replace-file.ts';

interface ScopeFlags {
  readonly project?: boolean;
  readonly user?: boolean;
  readonly json?: boolean;
}

type Scope = 'project' | 'user';

/** A project's file is for everybody who has the project, a user's own for nobody else. */
const NEW_MODES: Readonly<Record<Scope, number>> = { project: 0o666, user: 0o600 };

/** `iris config set`: writes one value into the project's file, or into the user's own. */
export async function configSet(name: string, text: string, flags: ScopeFlags): Promise<void> {
  const typed = findKey(name);
  const scope = scopeOf(flags);
  const { value, problems } = readTyped(typed, text);
  refuseProblems('USAGE_INVALID', problems);
  const targets = await ownTargets();
  const target = targets[scope];
  if (scope === 'project')
    refuseProblems('USAGE_INVALID', projectProblems(typed, value, targets.layers.user));
  refuseUnfit(target, `${name}: ${JSON.stringify(value)}`);
  const path = [...target.within, ...typed.path];
  const after = await put(target, path, value);
  if (after !== target.text || !target.isThere) await replaceFile(target.file, after, NEW_MODES[scope]);
  const hiddenBy = hidingSource(typed, scope, targets);
  if (flags.json === true) return printJson({ key: name, value, scope, file: target.file, hiddenBy });
  process.stdout.write(`${name} is ${JSON.stringify(value)} in ${shown(target.file)}\n`);
  if (hiddenBy !== undefined) warnHidden(name, hiddenBy);
}

/** `iris config unset`: takes one value out of a file; the next source counts again. */
export async function configUnset(name: string, flags: ScopeFlags): Promise<void> {
  const scope = scopeOf(flags);
  const target = (await ownTargets())[scope];
  // A key that iris does not know may well be in the file: that is what makes somebody take it out.
  const plain = [...target.within, ...name.split('.')];
  const isPlain = target.form !== 'code' && target.refusal === undefined && (await has(target, plain));
  const path = isPlain ? plain : [...target.within, ...findKey(name).path];
  refuseUnfit(target, `nothing for ${name}`);
  const wasThere = target.isThere && (isPlain || (await has(target, path)));
  if (wasThere) await replaceFile(target.file, await take(target, path), NEW_MODES[scope]);
  if (flags.json === true) return printJson({ key: name, scope, file: target.file, wasThere });
  const what = wasThere ? 'is gone from' : 'was not in';
  process.stdout.write(`${name} ${what} ${shown(target.file)}\n`);
}

function scopeOf({ project, user }: ScopeFlags): Scope {
  if (project === true && user === true) {
    throw new IrisError('USAGE_INVALID', '--project and --user are two files, and one is written', {
      hint: 'Take one of them; without a word it is --project.',
    });
  }
  return user === true ? 'user' : 'project';
}

async function ownTargets(): Promise<ConfigTargets> {
  const homeDir = process.env['HOME'] ?? homedir();
  return await configTargets({ cwd: process.cwd(), env: process.env, homeDir });
}

/** Only text can be changed without running it. */
function refuseUnfit(target: ConfigTarget, line: string): void {
  const { file, form, refusal } = target;
  if (refusal !== undefined) throw new IrisError('FILE_UNREADABLE', `${shown(file)}: ${refusal}`);
  if (form !== 'code') return;
  throw new IrisError('USAGE_INVALID', `${shown(file)} is a program, which iris does not change`, {
    hint: `Write into what it exports: ${line}`,
  });
}

async function put(target: ConfigTarget, path: readonly string[], value: unknown): Promise<string> {
  if (target.form === 'yaml') return await putIntoYaml(target.text, path, value);
  return putIntoJson(target.text, path.slice(0, -1), { [path.at(-1) ?? '']: value });
}

/** What has nothing left in it goes too, but never the part that counts. */
async function take(target: ConfigTarget, path: readonly string[]): Promise<string> {
  if (target.form === 'yaml') return await takeFromYaml(target.text, path);
  const above = path.slice(0, -1);
  const group = entryAt(target.text, above);
  const isLast = typeof group === 'object' && group !== null && Object.keys(group).length === 1;
  if (isLast && above.length > target.within.length) return await take(target, above);
  return takeFromJson(target.text, path);
}

async function has({ form, text }: ConfigTarget, path: readonly string[]): Promise<boolean> {
  const value = form === 'yaml' ? await valueInYaml(text, path) : entryAt(text, path);
  return value !== undefined;
}

/** What is stronger than the file and says something else; flags are of one command alone. */
function hidingSource(
  { path, key }: TypedKey,
  scope: Scope,
  { layers, project }: ConfigTargets,
): string | undefined {
  const env = valueAt(envLayer(process.env).values, path);
  if (env !== undefined) return key.envName;
  if (scope === 'project' || !project.isThere) return undefined;
  if (project.form === 'code') return project.file;
  return valueAt(layers.project?.values, path) === undefined ? undefined : layers.project?.originOf(path);
}

function warnHidden(name: string, source: string): void {
  process.stderr.write(
    `iris: another value of ${name} is stronger here: ${shown(source)}\n  See what holds with: iris config get ${name} --explain\n`,
  );
}

function shown(file: string): string {
  const near = relative(process.cwd(), file);
  return !isAbsolute(file) || near.startsWith('..') || isAbsolute(near) ? file : near;
}
