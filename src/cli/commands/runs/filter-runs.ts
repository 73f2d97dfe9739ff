import { basename, relative } from 'node:path';
import { RUN_STATUSES, type RunRecord } from '../../../contract/run-record.ts';
import { toMoment } from '../../words/to-moment.ts';
import { toChoice } from '../choice.ts';

/** How `iris runs ls` is narrowed down. */
export interface RunFilters {
  readonly since?: string;
  readonly status?: string;
  readonly tag?: readonly string[];
  readonly script?: string;
}

/** Makes the question whether a run is meant. Throws USAGE_INVALID for words that mean nothing. */
export function toRunFilter(
  { since, status, tag = [], script }: RunFilters,
  nowMs: number,
): (run: RunRecord) => boolean {
  const oldestMs = since === undefined ? 0 : toMoment('--since', since, nowMs);
  const wanted =
    status === undefined
      ? undefined
      : toChoice('--status', status.replace('timed-out', 'timed out'), RUN_STATUSES);
  const pattern = script === undefined ? undefined : toPattern(script);
  return (run) =>
    Date.parse(run.startedAt) >= oldestMs &&
    (wanted === undefined || run.status === wanted) &&
    tag.every((one) => run.tags.includes(one)) &&
    (pattern === undefined || namesOf(run).some((name) => pattern.test(name)));
}

function namesOf({ script, project }: RunRecord): string[] {
  return [script, relative(project, script), basename(script)];
}

/** `*` and `?` within a name, `**` across folders. */
function toPattern(glob: string): RegExp {
  const parts = glob.replace(/^\.\//, '').split(/(\*\*\/?|\*|\?)/);
  const source = parts.map((part) => WILDCARDS[part] ?? part.replace(/[\\^$.+()|[\]{}]/g, '\\$&')).join('');
  return new RegExp(`^${source}$`);
}

const WILDCARDS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
