import { consensusList, consensusStatusTool } from '../../../contract/tools/consensus.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { nameNear } from '../../words/name-near.ts';
import { printJson } from '../../terminal/print.ts';
import { renderQuestion } from '../../render/consensus.ts';
import { openScreen } from '../../terminal/screen.ts';

/** `iris consensus show`: how a vote stands, who voted for what, and what is missing to the decision. */
export async function consensusShow(
  consensusId: string,
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const ask = async () => await askTool(consensusStatusTool, { consensusId }, context);
  const question = await nameNear(ask, consensusId, async () => {
    const { consensus } = await askTool(consensusList, { limit: 1000 }, context);
    return consensus.map(({ id }) => id);
  });
  if (options.json === true) printJson(question);
  else process.stdout.write(renderQuestion(question, openScreen()));
}
