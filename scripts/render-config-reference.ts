import { CONFIG_KEYS, type ConfigKey } from '../src/config/config-keys.ts';
import { PROJECT_PLACES, USER_PLACES } from '../src/config/places.ts';

/** The reference of every key, and of where values come from. */
export function renderConfigReference(): string {
  return `<!-- Generated from src/config/schema.ts by npm run gen; do not edit. -->

# Configuration

## Where values come from

The first of these that has a value wins:

1. a flag, such as \`--timeout 30s\`
2. a variable, such as \`IRIS_TIMEOUT=30s\`
3. the project's file
4. the user's own file
5. the default

Groups are joined key by key; a list replaces a list. A list in a variable is separated by commas, and an empty
variable counts as unset. Of \`tools\`, the project's lists of rules replace none of yours: both hold.

**The project's file** is the first of ${list(PROJECT_PLACES)} in the nearest directory that has one; in
package.json it is the key \`iris\`. The search goes upwards from the working directory. It ends with the first
directory that holds \`.git\`, and never goes as far as the home directory or the root of the file system, unless
that is the working directory. A directory with such a file of another user is passed over.

**The user's own file** is the first of ${list(USER_PLACES)} in \`$XDG_CONFIG_HOME/iris\`, or else in
\`~/.config/iris\`.

## What a project's file may not do

- **Run code on your machine.** A configuration that is a program is evaluated in a sandbox, or not at all.
- **Hold a secret.** Names and values that look like one are refused. Set \`E2B_API_KEY\` in the environment, and
  pass others to a script by name: \`iris run -e NAME\`.
- **Give up isolation** (\`isolation: none\`), or **include files beyond the project**. Both are yours to choose,
  with a flag, a variable or your own file.
- **Name secrets of yours** (\`secrets\`, \`grantSecrets\`): it could send them anywhere ([why](../secrets.md)).
- **Raise what scripts may spend on tools** (\`tools.maxCalls\` and the like): it may only lower your own amounts.
- **Raise what runs may cost** (\`cost.maxPerRun\`, \`cost.maxPerMonth\`), or lower the prices that it is reckoned with.
- **Allow a tool that you do not**: its rules on tools hold beside yours, so that they can only take away.

## Keys

| Key | Default | Takes | Variable |
| --- | --- | --- | --- |
${CONFIG_KEYS.filter((key) => !key.isGroup)
  .map(renderRow)
  .join('\n')}

${CONFIG_KEYS.map(renderSection).join('\n')}
`;
}

function renderRow(key: ConfigKey): string {
  const value = key.defaultValue === undefined ? '' : `\`${JSON.stringify(key.defaultValue)}\``;
  return `| \`${key.path.join('.')}\` | ${value} | ${key.expected} | ${variableOf(key)} |`;
}

function renderSection(key: ConfigKey): string {
  return `- **\`${key.path.join('.')}\`**: ${key.description}`;
}

function variableOf(key: ConfigKey): string {
  return key.kind === 'record' ? '' : `\`${key.envName}\``;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
