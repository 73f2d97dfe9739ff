import { RUN_OPTIONS } from './run-options.ts';

/** `iris run` as it was typed. */
export interface RunCommand {
  readonly script: string;
  readonly args: readonly string[];
  readonly options: RunCommandOptions;
}

export interface RunCommandOptions {
  readonly env?: string[];
  readonly envFile?: string[];
  readonly include?: string[];
  readonly pull?: string[];
  readonly pullTo?: string;
  readonly cwd?: string;
  readonly timeout?: string;
  readonly sandbox?: string;
  readonly template?: string;
  readonly volume?: string[];
  readonly install?: string[];
  readonly provider?: string;
  readonly mcp?: string[];
  readonly secret?: string[];
  readonly secretEnv?: string[];
  readonly allowSecretFile?: string[];
  readonly maxCost?: string;
  readonly isolation?: string;
  readonly requireIsolation?: string;
  readonly net?: boolean;
  readonly allowTool?: string[];
  readonly askTool?: string[];
  readonly denyTool?: string[];
  readonly tag?: string[];
  readonly new?: boolean;
  readonly rm?: boolean;
  readonly plan?: boolean;
  readonly watch?: boolean;
  readonly keep?: string;
  readonly detach?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  /** False after `--no-input`. */
  readonly input?: boolean;
  /** False after `--no-daemon`. */
  readonly daemon?: boolean;
}

type Kind = (typeof RUN_OPTIONS)[number]['kind'];

/**
 * Parses plain uses of `iris run` without loading commander, which would cost a fifth of a warm run.
 * Returns undefined for everything else (help, errors, `--flag=value`): then commander decides.
 */
export function parseRun(words: readonly string[]): RunCommand | undefined {
  const spellings = spellingsOf();
  const options: Record<string, string | string[] | boolean> = { daemon: true, input: true };
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) break;
    const option = spellings.get(word);
    if (option === undefined) return undefined;
    if (option.kind === 'flag') {
      options[option.key] = !word.startsWith('--no-');
      continue;
    }
    at++;
    const value = words[at];
    if (value === undefined || value.startsWith('-')) return undefined;
    const before = options[option.key];
    options[option.key] = option.kind === 'list' ? [...(Array.isArray(before) ? before : []), value] : value;
  }
  const script = words[at];
  return script === undefined ? undefined : { script, args: words.slice(at + 1), options };
}

function spellingsOf(): Map<string, { readonly key: string; readonly kind: Kind }> {
  const spellings = new Map<string, { readonly key: string; readonly kind: Kind }>();
  for (const option of RUN_OPTIONS) {
    for (const part of option.flags.split(', ')) spellings.set(part.split(' ', 1)[0] ?? part, option);
  }
  return spellings;
}
