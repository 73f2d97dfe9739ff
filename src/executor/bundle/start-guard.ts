/** Names a file: the start that makes it runs the script, one that finds it there refuses. */
const VARIABLE = 'IRIS_START_GUARD';

/** How a script answers to being started a second time for the same run. */
export const REFUSAL = { text: 'iris: this run was started before', exitCode: 125 } as const;

/** The variable that lets a script run once, however often it is started for this run. */
export function guardVariable(runId: string): Readonly<Record<string, string>> {
  return { [VARIABLE]: guardFile(runId) };
}

/** The file that the first start of a run makes. */
export function guardFile(runId: string): string {
  return `/tmp/.iris-started-${runId}`;
}

/** Code at the head of a bundle that keeps it from running twice; programs that the script starts are not concerned. */
export const GUARD_CODE = `import * as __irisFs from 'node:fs';
{
  const { env } = globalThis.process;
  const file = env.${VARIABLE};
  delete env.${VARIABLE};
  try {
    if (file) __irisFs.closeSync(__irisFs.openSync(file, 'wx'));
  } catch (error) {
    if (error.code === 'EEXIST') {
      __irisFs.writeSync(2, ${JSON.stringify(`${REFUSAL.text}\n`)});
      globalThis.process.exit(${REFUSAL.exitCode});
    }
  }
}`;
