import { patternDiscovery, patternExplain, processMap } from '../../contract/tools/patterns.ts';
import { implement, type ToolContext } from '../tool/tool.ts';
import { discover } from './discover.ts';
import { givenTransactions, toTransactions } from './items.ts';
import { mapProcess, toDot, toMermaid } from './process-map.ts';
import { measure } from './rules.ts';
import { sessionPage, type Session } from './session.ts';

const MAX_SESSIONS = 100_000;
const PAGE_SESSIONS = 5_000;

interface Window {
  readonly unit: 'session' | 'trace' | 'agent';
  readonly since: string;
  readonly until?: string | undefined;
}

/** The tools of the group "patterns". */
export const patternTools = [
  implement(patternDiscovery, async (input, context) => {
    const given = input.transactions;
    const report =
      given === undefined
        ? toTransactions(await readSessions(input, context), input.exclude)
        : {
            transactions: givenTransactions(given, input.exclude),
            droppedAttributes: [],
            bins: {},
            hasOutcomes: true,
          };
    const { patterns, meta } = discover(report.transactions, input);
    const warnings = [
      ...meta.warnings,
      ...(report.transactions.length === 0
        ? ['There is nothing to mine: no events with a session in this time.']
        : []),
      ...(report.hasOutcomes ? [] : ['No event says how it ended, so that no rule can lead to an outcome.']),
    ];
    if (input.save && patterns.length > 0) {
      const { transactions: _given, ...params } = input;
      await context.store.call('iris_pattern_save', { runId: meta.runId, patterns, params }, context);
    }
    const { droppedAttributes, bins } = report;
    return { patterns, meta: { ...meta, droppedAttributes, bins, warnings } };
  }),
  implement(patternExplain, async ({ antecedent, consequent, examples, ...input }, context) => {
    const { transactions } = toTransactions(await readSessions(input, context), input.exclude);
    const has = (items: readonly string[], wanted: readonly string[]): boolean =>
      wanted.every((item) => items.includes(item));
    const [matching, counter, others, rest] = [true, false].flatMap((first) =>
      [true, false].map((second) =>
        transactions.filter(
          ({ items }) => has(items, antecedent) === first && has(items, consequent) === second,
        ),
      ),
    );
    const table = {
      both: matching?.length ?? 0,
      onlyIf: counter?.length ?? 0,
      onlyThen: others?.length ?? 0,
      neither: rest?.length ?? 0,
    };
    const counts = {
      both: table.both,
      onlyFirst: table.onlyIf,
      onlySecond: table.onlyThen,
      neither: table.neither,
    };
    const few = (list: typeof matching): object[] =>
      (list ?? [])
        .slice(0, examples)
        .map(({ id, firstAt, lastAt, steps }) => ({ id, firstAt, lastAt, timeline: steps }));
    return {
      table,
      measures: table.both + table.onlyIf > 0 && table.both + table.onlyThen > 0 ? measure(counts) : null,
      description: `${table.both} of ${table.both + table.onlyIf} cases with ${antecedent.join(' and ')} have ${consequent.join(' and ')}; of the other ${table.onlyThen + table.neither}, ${table.onlyThen} have`,
      matching: few(matching),
      counterExamples: few(counter),
    };
  }),
  implement(processMap, async ({ format, minCount, maxVariants, ...input }, context) => {
    const excluded = new Set(input.exclude);
    const sessions = (await readSessions(input, context)).map((session) => ({
      ...session,
      events: session.events.filter(({ e }) => !excluded.has(`event=${e}`)),
    }));
    const map = mapProcess(sessions, { minCount, maxVariants });
    if (format === 'json') return map;
    return { ...map, text: format === 'mermaid' ? toMermaid(map) : toDot(map) };
  }),
];

/** The newest sessions, page by page. */
async function readSessions(
  { unit, since, until }: Window,
  { store, signal }: ToolContext,
): Promise<Session[]> {
  const sessions: Session[] = [];
  let after: object | null = null;
  do {
    const input = { unit, since, until, limit: PAGE_SESSIONS, ...(after === null ? {} : { after }) };
    const page = sessionPage.parse(await store.call('iris_pattern_sessions', input, { signal }));
    sessions.push(...page.sessions);
    after = page.after;
  } while (after !== null && sessions.length < MAX_SESSIONS);
  return sessions;
}
