import { appendFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RunResult } from '../../contract/run-event.ts';
import { formatDuration } from '../../core/duration.ts';
import { toIrisError } from '../../core/errors.ts';
import { thrownAt } from './thrown-at.ts';
import { workflowCommand } from './workflow-command.ts';
import type { CiRun, CiView } from './ci-view.ts';

/** GitHub keeps no more than a megabyte of a step's summary. */
const MAX_SHOWN_CHARS = 4000;
/** The runner masks values line by line; shorter ones would blot out half the log. */
const MIN_MASKED_CHARS = 4;

/** What GitHub's runner is told of a run: groups, masks, annotations, a summary and outputs. */
export function githubView({ script, cwd, env, secrets }: CiRun): CiView {
  const rootDir = env['GITHUB_WORKSPACE'] ?? cwd;
  const masks = secrets
    .flatMap((value) => value.split(/\r?\n/))
    .filter((line) => line.length >= MIN_MASKED_CHARS);
  return {
    marker: 'GITHUB_STEP_SUMMARY',
    isNeutralised: true,
    begin: () =>
      masks.map((line) => workflowCommand('add-mask', {}, line)).join('') +
      workflowCommand('group', {}, `iris run ${script}`),
    end: () => workflowCommand('endgroup', {}, ''),
    finished: (result, stderr) => {
      record(env, { script, result, stderr });
      if (result.exitCode === 0) return '';
      const place = thrownAt(stderr, rootDir);
      const title = `${script} ended with exit code ${result.exitCode}`;
      if (place === undefined) return workflowCommand('error', { title }, title);
      const { file, line, column: col, message } = place;
      return workflowCommand('error', { file, line, col, title }, message);
    },
    failed: (thrown) => {
      const { code, details, hint, message } = toIrisError(thrown);
      const file =
        typeof details?.['file'] === 'string' ? relative(rootDir, join(cwd, details['file'])) : undefined;
      const place = { file, line: numberOf(details?.['line']), col: numberOf(details?.['column']) };
      append(env['GITHUB_STEP_SUMMARY'], `### iris run ${inline(script)}: ${code}\n\n${fenced(message)}\n`);
      return workflowCommand(
        'error',
        { ...place, title: `iris: ${code}` },
        [message, hint].filter(Boolean).join('\n'),
      );
    },
  };
}

interface Recorded {
  readonly script: string;
  readonly result: RunResult;
  readonly stderr: string;
}

function record(env: CiRun['env'], { script, result, stderr }: Recorded): void {
  const { exitCode, runId, sandbox, timingsMs, toolCalls = [], costEstimateUsd = 0 } = result;
  const totalMs = Math.round(timingsMs['total'] ?? 0);
  const rows = [
    ['Exit code', String(exitCode)],
    ['Time', formatDuration(totalMs)],
    ['Run', runId],
    ['Sandbox', `${sandbox.name} (${sandbox.provider}, ${sandbox.isolation})`],
    ['Tool calls', String(toolCalls.length)],
    ...(costEstimateUsd > 0 ? [['Cost, by estimate', `$${costEstimateUsd.toFixed(4)}`]] : []),
  ];
  const table = rows.map(([name = '', value = '']) => `| ${name} | ${inline(value)} |`).join('\n');
  const output = exitCode === 0 || stderr === '' ? '' : `\n${fenced(stderr.slice(-MAX_SHOWN_CHARS))}\n`;
  append(
    env['GITHUB_STEP_SUMMARY'],
    `### ${exitCode === 0 ? '✅' : '❌'} iris run ${inline(script)}\n\n| | |\n| --- | --- |\n${table}\n${output}\n`,
  );
  append(
    env['GITHUB_OUTPUT'],
    `run-id=${runId}\nexit-code=${exitCode}\nduration-ms=${totalMs}\nsandbox-id=${sandbox.id}\n`,
  );
}

/** A job whose files cannot be written is no reason to fail a run that is over. */
function append(file: string | undefined, text: string): void {
  if (file === undefined || file === '') return;
  try {
    appendFileSync(file, text);
  } catch {
    // The log has it, too.
  }
}

/** Text that ends neither its cell nor its code. */
function inline(text: string): string {
  return `\`${text.replaceAll(/[`|\r\n]/g, ' ')}\``;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
