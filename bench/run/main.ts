import { benchLatency, benchOutput } from './output.ts';
import { benchFirstRun, benchStart, benchThroughput } from './start.ts';
import { openBenchWorkspace } from './workspace.ts';

/** The figures of `iris run`, as ratios to plain programs measured in the same minutes. */
export async function main(rounds: number): Promise<void> {
  using space = openBenchWorkspace();
  console.log(`# iris run, Node ${process.versions.node}, ${rounds} rounds`);
  await benchFirstRun(space);
  await benchStart(space, rounds);
  await benchThroughput(space);
  await benchOutput(space, rounds);
  await benchLatency(space);
}
