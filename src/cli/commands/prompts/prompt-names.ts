import { promptList } from '../../../contract/tools/prompts.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { nameNear } from '../../words/name-near.ts';

/** Does `work` on a prompt; where there is none of this name, the error says which is near. */
export async function withPrompt<T>(work: () => Promise<T>, name: string, context: CliContext): Promise<T> {
  return await nameNear(work, name, async () => {
    const { prompts } = await askTool(promptList, { limit: 1000 }, context);
    return prompts.map((prompt) => prompt.name);
  });
}
