import { promptGet } from '../../../contract/tools/prompts.ts';
import { IrisError } from '../../../core/errors.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson } from '../../terminal/print.ts';
import { plainText } from '../../render/plain-text.ts';
import { withPrompt } from './prompt-names.ts';
import { readPlace } from './prompt-place.ts';

export interface PromptsGetOptions {
  readonly var?: readonly string[];
  readonly json?: boolean;
}

/** `iris prompts get`: the text of a prompt as it is, or filled in with `--var`; a conversation is printed as JSON. */
export async function promptsGet(
  word: string,
  options: PromptsGetOptions,
  context: CliContext,
): Promise<void> {
  const place = readPlace(word);
  const variables = options.var === undefined ? undefined : readVariables(options.var);
  const ask = async () => await askTool(promptGet, { ...place, variables }, context);
  const prompt = await withPrompt(ask, place.name, context);
  if (options.json === true) return printJson(prompt);
  const content = prompt.text ?? prompt.messages ?? prompt.template;
  if (typeof content === 'string') printText(content);
  else printJson(content);
}

/** To a file or a pipe as it is; to a terminal with its last line ended, and nothing that steers it. */
function printText(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`${plainText(text).replace(/\n$/, '')}\n`);
  else process.stdout.write(text);
}

function readVariables(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
      throw new IrisError('USAGE_INVALID', `--var ${word}: this has no name and value`, {
        hint: 'Write --var name=value.',
      });
    }),
  );
}
