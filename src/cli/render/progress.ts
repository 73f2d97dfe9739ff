import type { RunResult, ShownEvent } from '../../contract/run-event.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { formatEstimate } from '../../core/money.ts';
import { never } from '../../core/never.ts';
import type { RunCommandOptions } from '../words/parse-run.ts';

export interface Progress {
  readonly phase: (text: string) => void;
  readonly event: (event: ShownEvent) => void;
  /** Removes the spinner, so that the script's output starts on a clean line. */
  readonly clear: () => void;
  finished(result: RunResult): void;
}

/** A wait shorter than this is not worth a spinner. */
const SPINNER_AFTER_MS = 150;

/** Tells on stderr what is being waited for: a spinner on a terminal, plain lines elsewhere, nothing with `-q`. */
export function openProgress(options: RunCommandOptions, canSpin: () => boolean): Progress {
  const say = (text: string): void => void process.stderr.write(`iris: ${text}\n`);
  const isSilent = options.quiet === true;
  const isVerbose = options.verbose === true && !isSilent;
  const spinner = openSpinner();
  const phase = (text: string): void => {
    if (isSilent) return;
    if (isVerbose || !canSpin()) say(text);
    else spinner.show(text);
  };
  return {
    phase,
    clear: spinner.clear,
    event: (event) => {
      switch (event.type) {
        case 'phase':
          return phase(event.text);
        case 'notice':
          spinner.clear();
          if (!isSilent) say(event.hint === undefined ? event.text : `${event.text}\n  ${event.hint}`);
          return;
        case 'started': {
          spinner.clear();
          const { name, id, provider, isolation } = event.sandbox;
          if (isVerbose) say(`${event.runId} runs in sandbox ${name} (${id}, ${provider}, ${isolation})`);
          return;
        }
        default:
          never(event);
      }
    },
    finished: (result) => {
      const { pulled } = result;
      if (pulled !== undefined && pulled.files > 0 && !isSilent && (isVerbose || canSpin()))
        say(
          `brought back ${pulled.files} ${pulled.files === 1 ? 'file' : 'files'}, ${formatByteSize(pulled.bytes)}, to ${pulled.to}`,
        );
      // Only to a person: whoever reads standard error from a pipe gets what the script wrote.
      if (!isVerbose && !isSilent && result.exitCode !== 0 && canSpin())
        say(
          `${result.runId} failed with exit code ${result.exitCode}\n  See more of it: iris runs show last`,
        );
      if (!isVerbose) return;
      const phases = Object.entries(result.timingsMs).map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`);
      const { exitCode, signal, costEstimateUsd = 0 } = result;
      const cost = costEstimateUsd === 0 ? '' : `; ${formatEstimate(costEstimateUsd)}, estimate`;
      say(`exit ${exitCode}${signal === undefined ? '' : ` (${signal})`}; ${phases.join(', ')}${cost}`);
    },
  };
}

interface Spinner {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

/** Loads ora only when a wait turns out to be long: it costs more than a whole warm run. */
function openSpinner(): Spinner {
  let text: string | undefined;
  let shown: { text: string; stop(): void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const load = async (): Promise<void> => {
    const { startSpinner } = await import('../spinner.ts');
    if (text !== undefined) shown = startSpinner(text);
  };
  return {
    show: (next) => {
      text = next;
      if (shown !== undefined) shown.text = next;
      else timer ??= setTimeout(() => void load(), SPINNER_AFTER_MS).unref();
    },
    clear: () => {
      text = undefined;
      clearTimeout(timer);
      timer = undefined;
      shown?.stop();
      shown = undefined;
    },
  };
}
