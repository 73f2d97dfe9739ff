import type { z } from 'zod';
import { consensusList } from '../../../contract/tools/consensus.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson, printNothing } from '../../terminal/print.ts';
import { readPages, type ListOptions } from '../../read-pages.ts';
import { renderQuestions } from '../../render/consensus.ts';
import { openScreen } from '../../terminal/screen.ts';
import { toChoice } from '../choice.ts';

const STATES = ['pending', 'reached', 'failed'] as const;

/** `iris consensus ls`: the questions of the project, the newest first. */
export async function consensusLs(
  options: ListOptions & { readonly status?: string },
  context: CliContext,
): Promise<void> {
  const query: z.input<typeof consensusList.input> =
    options.status === undefined ? {} : { status: toChoice('--status', options.status, STATES) };
  const rows = await readPages(async (request) => {
    const answer = await askTool(consensusList, { ...query, ...request }, context);
    return { rows: answer.consensus, nextCursor: answer.nextCursor };
  }, options);
  if (options.json === true) return printJson(rows);
  if (rows.length === 0) {
    return printNothing('no such questions yet', `Put one: iris tools call consensus_open -i '${EXAMPLE}'`);
  }
  process.stdout.write(renderQuestions(rows, openScreen()));
}

const EXAMPLE = '{"topic":"Ship version 2?","eligible":["alice","bob"]}';
