import type { RunRecord } from '../../contract/run-record.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { type Fact, renderFacts } from './facts.ts';
import { formatWhen } from './moment.ts';
import { formatMs, renderPhases } from './phases.ts';
import { oneLine } from './plain-text.ts';
import { tookMs } from './runs.ts';
import type { Screen } from './screen.ts';

/** What there is to know of one run, and what can be done with it. */
export function renderRun(run: RunRecord, screen: Screen): string {
  const facts: Fact[] = [
    ['id', run.id],
    ['script', run.script],
    [
      'arguments',
      run.args.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : JSON.stringify(word))).join(' '),
    ],
    ['status', describeStatus(run)],
    ['because', run.error?.message],
    ['started', `${run.startedAt} (${formatWhen(run.startedAt, screen)})`],
    ['took', formatMs(tookMs(run, screen.nowMs))],
    ['tags', run.tags.join(', ')],
    ['sandbox', describeSandbox(run)],
    ['directory', run.cwd],
    ['commit', run.commit],
    ['options', describeFlags(run.flags)],
    ['tool calls', describeCalls(run)],
    ['output', describeOutput(run)],
    ...run.notices.map((text): Fact => ['notice', text]),
  ];
  const phases = renderPhases(run.timingsMs, screen);
  const next = nextSteps(run).map((line) => `${line}\n`);
  return `${renderFacts(facts, screen)}${phases === '' ? '' : `\n${phases}`}\n${next.join('')}`;
}

function describeStatus({ status, exitCode, signal }: RunRecord): string {
  if (exitCode === undefined) return status;
  return `${status} (exit code ${exitCode}${signal === undefined ? '' : `, ${signal}`})`;
}

function describeSandbox({ sandbox }: RunRecord): string | undefined {
  if (sandbox === undefined) return undefined;
  return `${sandbox.name} (${sandbox.id}, ${sandbox.provider}, ${sandbox.isolation})`;
}

function describeFlags(flags: RunRecord['flags']): string {
  return Object.entries(flags)
    .filter(
      ([key, value]) => key !== 'tag' && value !== false && !(Array.isArray(value) && value.length === 0),
    )
    .map(([key, value]) => (value === true ? key : `${key}=${String(value)}`))
    .join(' ');
}

function describeCalls({ calls, failedCalls }: RunRecord): string | undefined {
  if (calls === 0) return undefined;
  return failedCalls === 0 ? String(calls) : `${calls}, ${failedCalls} of them failed`;
}

function describeOutput({ outputBytes: { stdout, stderr } }: RunRecord): string {
  return `${formatByteSize(stdout)} on stdout, ${formatByteSize(stderr)} on stderr`;
}

function nextSteps({ id, error, status }: RunRecord): string[] {
  const logs = `See what it wrote: iris runs logs ${id}`;
  if (status === 'running') return [`Follow it: iris runs attach ${id}`, `End it: iris runs cancel ${id}`];
  return [
    ...(error?.hint === undefined ? [] : [oneLine(error.hint)]),
    logs,
    `Run it again: iris runs rerun ${id}`,
  ];
}
