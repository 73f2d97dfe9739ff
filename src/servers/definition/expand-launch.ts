import { IrisError } from '../../core/errors.ts';
import { mapTexts } from './read-launch.ts';
import type { ServerDefinition, ServerLaunch } from './server-definition.ts';

const VARIABLE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/** Names that stand for places and not for variables of the user. */
const PLACES: ReadonlySet<string> = new Set(['workspaceFolder', 'userHome']);

/** The variables of the user that a launch asks for. */
export function variablesOf(launch: ServerLaunch): readonly string[] {
  const names = new Set<string>();
  mapTexts(launch, (text) => {
    for (const [, name = ''] of text.matchAll(VARIABLE)) if (!PLACES.has(name)) names.add(name);
    return text;
  });
  return [...names];
}

export interface ExpandOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly projectDir: string;
}

/** Fills the variables in. Throws CONFIG_INVALID for those that are not set and have no other value. */
export function expandLaunch(
  { name, launch, source }: ServerDefinition,
  { env, projectDir }: ExpandOptions,
): ServerLaunch {
  const values: Readonly<Record<string, string | undefined>> = {
    ...env,
    workspaceFolder: projectDir,
    userHome: env['HOME'] ?? env['USERPROFILE'],
  };
  const missing = new Set<string>();
  const expanded = mapTexts(launch, (text) =>
    text.replaceAll(VARIABLE, (_whole, variable: string, otherwise: string | undefined) => {
      const value = values[variable] || otherwise;
      if (value === undefined) missing.add(variable);
      return value ?? '';
    }),
  );
  if (missing.size === 0) return expanded;
  const names = [...missing].join(', ');
  throw new IrisError('CONFIG_INVALID', `The MCP server ${name} needs ${names}, which is not set`, {
    hint: `${source.file} asks for it: export ${names.split(', ')[0] ?? ''}=…`,
  });
}
