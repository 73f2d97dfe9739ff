import { IrisError } from '../../core/errors.ts';

/** Resolves `-e NAME` from the caller's environment; `-e NAME=VALUE` stays as it is. */
export function resolveEnvFlags(words: readonly string[], env: NodeJS.ProcessEnv): string[] {
  return words.map((word) => {
    const name = word.split('=', 1)[0] ?? '';
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new IrisError('USAGE_INVALID', `-e ${word}: "${name}" is not a name of a variable`, {
        hint: 'Write -e NAME=VALUE, or -e NAME to pass on your own.',
      });
    }
    if (word.includes('=')) return word;
    const value = env[name];
    if (value === undefined) {
      throw new IrisError('USAGE_INVALID', `-e ${name}: ${name} is not set here`, {
        hint: `Set it first, or give the value: -e ${name}=VALUE`,
      });
    }
    return `${name}=${value}`;
  });
}

/** What a script must know of the terminal that shows its output, so that colours come out as with plain node. */
export function terminalEnv(env: NodeJS.ProcessEnv, isTerminal: boolean): string[] {
  if (env['NO_COLOR']) return ['NO_COLOR=1'];
  if (env['FORCE_COLOR'] !== undefined) return [`FORCE_COLOR=${env['FORCE_COLOR']}`];
  if (!isTerminal || env['TERM'] === 'dumb') return [];
  if (env['COLORTERM'] === 'truecolor') return ['FORCE_COLOR=3'];
  return [env['TERM']?.includes('256') === true ? 'FORCE_COLOR=2' : 'FORCE_COLOR=1'];
}
