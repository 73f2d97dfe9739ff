import { promptList } from '../../../contract/tools/prompts.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson, printNothing } from '../../terminal/print.ts';
import { readPages, type ListOptions } from '../../read-pages.ts';
import { renderPrompts, renderVersions } from '../../render/prompts.ts';
import { openScreen } from '../../terminal/screen.ts';
import { withPrompt } from './prompt-names.ts';

export interface PromptsLsOptions extends ListOptions {
  readonly prefix?: string;
  readonly tag?: string;
  readonly label?: string;
}

/** `iris prompts ls`: the prompts with their newest versions, or the versions of one. */
export async function promptsLs(
  name: string | undefined,
  options: PromptsLsOptions,
  context: CliContext,
): Promise<void> {
  const { prefix, tag, label } = options;
  const read = (): ReturnType<typeof readRows> => readRows({ name, prefix, tag, label }, options, context);
  const rows = name === undefined ? await read() : await withPrompt(read, name, context);
  if (options.json === true) return printJson(rows);
  if (rows.length === 0) {
    return printNothing('no such prompts yet', 'Save one: echo "Review {{code}}" | iris prompts save review');
  }
  const screen = openScreen();
  process.stdout.write(name === undefined ? renderPrompts(rows, screen) : renderVersions(rows, screen));
}

async function readRows(query: object, options: ListOptions, context: CliContext) {
  return await readPages(async (request) => {
    const answer = await askTool(promptList, { ...query, ...request }, context);
    return { rows: answer.prompts, nextCursor: answer.nextCursor };
  }, options);
}
