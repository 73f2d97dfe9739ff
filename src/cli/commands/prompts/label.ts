import { promptGet, promptLabel } from '../../../contract/tools/prompts.ts';
import { IrisError } from '../../../core/errors.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson } from '../../terminal/print.ts';
import { withPrompt } from './prompt-names.ts';
import { readPlace, type PromptPlace } from './prompt-place.ts';

export interface PromptsLabelOptions {
  readonly remove?: boolean;
  readonly reason?: string;
  readonly json?: boolean;
}

/** `iris prompts label`: points a label to a version, or takes it away. */
export async function promptsLabel(
  { prompt, label }: { readonly prompt: string; readonly label: string },
  options: PromptsLabelOptions,
  context: CliContext,
): Promise<void> {
  const place = readPlace(prompt);
  const move = async () => {
    const version = options.remove === true ? null : await versionOf(place, context);
    return await askTool(promptLabel, { name: place.name, label, version, reason: options.reason }, context);
  };
  const answer = await withPrompt(move, place.name, context);
  if (options.json === true) return printJson(answer);
  const before = answer.previousVersion === null ? '' : ` (was ${answer.previousVersion})`;
  const now = answer.version === null ? 'points nowhere' : `points to version ${answer.version}`;
  process.stdout.write(`${answer.name}: ${label} ${now}${answer.moved ? before : ' already'}\n`);
}

async function versionOf(place: PromptPlace, context: CliContext): Promise<number> {
  if (place.version !== undefined) return place.version;
  if (place.label === undefined) {
    throw new IrisError('USAGE_INVALID', `Which version of ${place.name}?`, {
      hint: `Write ${place.name}@3, ${place.name}@latest or ${place.name}@<another label>; --remove takes the label away.`,
    });
  }
  const found = await askTool(promptGet, { name: place.name, label: place.label }, context);
  return found.version;
}
