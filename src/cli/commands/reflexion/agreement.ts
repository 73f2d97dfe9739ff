import { reflexionAgreement } from '../../../contract/tools/reflexion.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson, printNothing } from '../../terminal/print.ts';
import { renderAgreement } from '../../render/agreement.ts';
import { openScreen } from '../../terminal/screen.ts';
import { toChoice } from '../choice.ts';

export interface AgreementOptions {
  readonly task?: string;
  readonly since?: string;
  readonly json?: boolean;
}

const SOURCES = ['human', 'agent', 'judge', 'checks'] as const;

/** `iris reflexion agreement`: how far the verdicts of two sources agree. */
export async function agreement(
  sources: { readonly first?: string | undefined; readonly second?: string | undefined },
  { task, since, json }: AgreementOptions,
  context: CliContext,
): Promise<void> {
  const first = toChoice('first', sources.first ?? 'judge', SOURCES);
  const second = toChoice('second', sources.second ?? 'human', SOURCES);
  const answer = await askTool(reflexionAgreement, { first, second, task, since }, context);
  if (json === true) return printJson(answer);
  if (answer.pairs === 0) {
    return printNothing(
      `nothing was evaluated by both ${first} and ${second}`,
      'A pair is one input and output with a verdict of each: iris tools call reflexion_evaluate',
    );
  }
  process.stdout.write(renderAgreement(answer, { first, second }, openScreen()));
}
