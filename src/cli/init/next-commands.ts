import type { InitChoices } from './choices.ts';
import { irisOf, irisWithoutPackage } from './package-installers.ts';

/** The three commands that come next, as they are typed. */
export function nextCommands(
  { shownDir, template, packageManager }: InitChoices,
  { isInstalled, env }: { readonly isInstalled: boolean; readonly env: NodeJS.ProcessEnv },
): string[] {
  const iris = template.hasPackages ? irisOf(packageManager) : irisWithoutPackage(env);
  const toLine = (words: readonly string[]): string => [...iris, ...words].map(quoted).join(' ');
  const [verb = 'run', ...rest] = template.run;
  return [
    ...(shownDir === '.' ? [] : [`cd ${quoted(shownDir)}`]),
    ...(isInstalled || !template.hasPackages ? [] : [`${packageManager} install`]),
    ...(template.before === undefined ? [] : [toLine(template.before)]),
    toLine(template.run),
    toLine(['runs', 'show', 'last']),
    toLine([verb, '--plan', ...rest]),
  ].slice(0, Math.max(3, template.before === undefined ? 3 : 4));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
