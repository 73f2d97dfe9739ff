import { writeSync } from 'node:fs';
import { VERSION } from '../core/version.ts';
import type { RunCommand } from './words/parse-run.ts';
import { renderedHelp } from './rendered-help.ts';

/** The first code of every `iris` command: answers the frequent ones itself and loads the rest on demand. */
export function start(distDir: string): void {
  const words = process.argv.slice(2);
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    print(`${VERSION}\n`);
    return;
  }
  const help = renderedHelp(words, distDir);
  if (help !== undefined) {
    print(help);
    return;
  }
  void dispatch(words, distDir).then((exitCode) => {
    // Not process.exit: output may still be on its way to a pipe.
    process.exitCode = exitCode;
  });
}

async function dispatch(words: readonly string[], distDir: string): Promise<number> {
  if (words[0] === 'run') {
    const [{ parseRun }, { runInTerminal }] = await Promise.all([
      import('./words/parse-run.ts'),
      import('./run/run-in-terminal.ts'),
    ]);
    const command = parseRun(words.slice(1));
    if (command !== undefined && isPlain(command)) return await runInTerminal(command, distDir);
  }
  const { main } = await import('./main.ts');
  return await main(words, distDir);
}

function isPlain({ options }: RunCommand): boolean {
  const { daemon, detach, plan, watch } = options;
  return daemon !== false && detach !== true && plan !== true && watch !== true;
}

/** Writes a short text without setting up `process.stdout`, which takes as long as all the rest. */
function print(text: string): void {
  try {
    writeSync(1, text);
  } catch {
    // A full or closed pipe: the stream knows how to wait, and how to give up.
    process.stdout.on('error', () => undefined).write(text);
  }
}
