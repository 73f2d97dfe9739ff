import { promptDiff } from '../../../contract/tools/prompts.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson } from '../../terminal/print.ts';
import { renderPromptDiff } from '../../render/prompt-diff.ts';
import { openScreen } from '../../terminal/screen.ts';
import { withPrompt } from './prompt-names.ts';
import { readVersion } from './prompt-place.ts';

/** `iris prompts diff`: what changed between two versions or labels, as a unified diff. */
export async function promptsDiff(
  {
    name,
    from,
    to = 'latest',
  }: { readonly name: string; readonly from: string; readonly to?: string | undefined },
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const input = { name, from: readVersion(from), to: readVersion(to) };
  const answer = await withPrompt(async () => await askTool(promptDiff, input, context), name, context);
  if (options.json === true) return printJson(answer);
  if (answer.isEqual) process.stderr.write(`iris: ${name}@${answer.from} and @${answer.to} are the same\n`);
  else process.stdout.write(renderPromptDiff(answer, openScreen()));
}
