import type { RunEvent } from '../../contract/run-event.ts';
import { IrisError } from '../../core/errors.ts';
import { never } from '../../core/never.ts';
import type { SignalName } from '../../core/signal-name.ts';
import { variablesOf } from '../../daemon/client/reply.ts';
import type { RunCommand } from '../words/parse-run.ts';
import { canAsk } from '../terminal/can-ask.ts';
import { openOwnApp } from '../open-own-app.ts';
import { openAsker, type Asker } from '../terminal/open-asker.ts';
import { holdable } from '../render/held-output.ts';
import { openOutputOf } from '../output-of.ts';
import type { RunOutput } from '../render/run-output.ts';
import { toRunParams } from './run-params.ts';
import { forwardSignals } from '../signals.ts';
import { openStandardInput, type StandardInput } from '../terminal/standard-input.ts';

/** `iris run --no-daemon`: the same app, in this process; its sandboxes end with it. */
export async function runInProcess(command: RunCommand, distDir: string): Promise<number> {
  const output = holdable(await openOutputOf(command));
  const stdin = openStandardInput();
  const asker = openAsker({ canAsk: () => canAsk(command.options, process.env), stdin, output });
  const abort = new AbortController();
  output.attach(() => abort.abort());
  let toScript: ((name: SignalName) => void) | undefined;
  using signals = forwardSignals({
    forward: (name) => {
      void asker.dismiss();
      if (toScript === undefined) abort.abort();
      else toScript(name);
    },
    force: () => abort.abort(),
  });
  try {
    await using app = openOwnApp(distDir);
    const params = toRunParams(command);
    const io = {
      stdin: params.hasStdin ? chunksOf(stdin) : undefined,
      onSignal: (listener: (name: SignalName) => void) => {
        toScript = listener;
      },
      signal: abort.signal,
      confirm: asker.confirm,
      readEnv: (names: readonly string[]) => Promise.resolve(variablesOf(names, process.env)),
    };
    return await show(app.run(params, io), output, asker);
  } catch (thrown) {
    await asker.dismiss();
    return output.fail(thrown, signals.exitCode);
  } finally {
    stdin.close();
  }
}

async function show(events: AsyncIterable<RunEvent>, output: RunOutput, asker: Asker): Promise<number> {
  for await (const event of events) {
    switch (event.type) {
      case 'stdout':
      case 'stderr':
        await output.bytes(event.type, event.data);
        break;
      case 'finished':
        await asker.dismiss();
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
