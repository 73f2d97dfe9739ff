import { printJson } from '../../terminal/print.ts';
import { renderRun } from '../../render/run.ts';
import { openScreen } from '../../terminal/screen.ts';
import { openRun } from './kept-runs.ts';

/** `iris runs show`: what is known of one run. */
export async function runsShow(word: string, options: { readonly json?: boolean }): Promise<void> {
  const { run } = await openRun(word);
  if (options.json === true) printJson(run);
  else process.stdout.write(renderRun(run, openScreen()));
}
