import type { RunPlan } from '../../contract/run-plan.ts';
import { IrisError } from '../../core/errors.ts';
import { variablesOf } from '../../daemon/client/reply.ts';
import { askDaemon } from '../ask-daemon.ts';
import type { CliContext } from '../context.ts';
import type { RunCommand } from '../words/parse-run.ts';
import { printJson } from '../terminal/print.ts';
import { renderPlan } from '../render/plan.ts';
import { toRunParams } from '../run/run-params.ts';
import { openScreen } from '../terminal/screen.ts';

/** `iris run --plan`: what would be done; a run that would be refused ends with the exit code of its refusal. */
export async function planCommand(command: RunCommand, context: CliContext): Promise<number> {
  const { options } = command;
  const params = { ...toRunParams(command), hasStdin: false };
  const plan =
    options.daemon === false
      ? await planInProcess(params, context)
      : await askDaemon('plan', params, context.distDir);
  if (options.json === true) printJson(plan);
  else process.stdout.write(renderPlan(plan, openScreen()));
  if (plan.refusal === undefined) return 0;
  const refusal = IrisError.fromJSON(plan.refusal);
  if (options.json === true) return refusal.facts.exit;
  throw refusal;
}

async function planInProcess(
  params: ReturnType<typeof toRunParams>,
  { distDir }: CliContext,
): Promise<RunPlan> {
  const { openOwnApp } = await import('../open-own-app.ts');
  await using app = openOwnApp(distDir);
  return await app.plan(params, {
    signal: new AbortController().signal,
    confirm: () => Promise.resolve(undefined),
    readEnv: (names) => Promise.resolve(variablesOf(names, process.env)),
  });
}
