import { once } from 'node:events';
import { openApp } from '../app/open-app.ts';
import { packageFiles } from '../app/package-files.ts';
import type { RunEvent } from '../contract/run-event.ts';
import { IrisError } from '../core/errors.ts';
import { never } from '../core/never.ts';
import type { SignalName } from '../core/signal-name.ts';
import { daemonPaths } from '../daemon/client/paths.ts';
import { variablesOf } from '../daemon/client/reply.ts';
import type { RunCommand } from './parse-run.ts';
import { canSpin } from './can-spin.ts';
import { openRunOutput, type RunOutput } from './render/run-output.ts';
import { toRunParams } from './run-params.ts';
import { forwardSignals } from './signals.ts';
import { openStandardInput, type StandardInput } from './standard-input.ts';

/** `iris run --no-daemon`: the same app, in this process; its sandboxes end with it. */
export async function runInProcess(command: RunCommand, distDir: string): Promise<number> {
  const paths = daemonPaths(process.env, process.getuid?.() ?? 0);
  const output = openRunOutput(command.options, canSpin);
  const stdin = openStandardInput();
  const abort = new AbortController();
  output.attach(() => abort.abort());
  let toScript: ((name: SignalName) => void) | undefined;
  using signals = forwardSignals({
    forward: (name) => (toScript === undefined ? abort.abort() : toScript(name)),
    force: () => abort.abort(),
  });
  try {
    await using app = openApp({
      stateDir: paths.stateDir,
      cacheDir: paths.cacheDir,
      ...packageFiles(distDir),
      resumes: false,
      logger: () => undefined,
    });
    const params = toRunParams(command);
    const io = {
      stdin: params.hasStdin ? chunksOf(stdin) : undefined,
      onSignal: (listener: (name: SignalName) => void) => {
        toScript = listener;
      },
      signal: abort.signal,
      confirm: () => Promise.resolve(undefined),
      readEnv: (names: readonly string[]) => Promise.resolve(variablesOf(names, process.env)),
    };
    return await show(app.run(params, io), output);
  } catch (thrown) {
    return output.fail(thrown, signals.exitCode);
  } finally {
    stdin.close();
  }
}

async function show(events: AsyncIterable<RunEvent>, output: RunOutput): Promise<number> {
  for await (const event of events) {
    switch (event.type) {
      case 'stdout':
      case 'stderr':
        if (!output.bytes(event.type, event.data)) await once(process[event.type], 'drain');
        break;
      case 'finished':
        return output.finish(event);
      case 'phase':
      case 'notice':
      case 'started':
        output.event(event);
        break;
      default:
        never(event);
    }
  }
  throw new IrisError('INTERNAL', 'The run ended without a result');
}

async function* chunksOf(stdin: StandardInput): AsyncGenerator<Buffer, void> {
  for (let chunk = await stdin.next(); chunk !== undefined; chunk = await stdin.next()) yield chunk;
}
