import type { z } from 'zod';
import type { consensusList, consensusStatusTool } from '../../contract/tools/consensus.ts';
import { renderFacts, type Fact } from './facts.ts';
import { formatNumber, formatShare } from './figures.ts';
import { formatAgo, formatWhen } from './moment.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

export type QuestionRow = z.output<typeof consensusList.output>['consensus'][number];
export type Question = z.output<typeof consensusStatusTool.output>;

const RIGHT = { align: 'right' } as const;
const BAR_WIDTH = 20;

/** A line for each question. */
export function renderQuestions(questions: readonly QuestionRow[], screen: Screen): string {
  const columns = [
    { title: 'ID', isCut: true },
    { title: 'STATUS', paint: (text: string) => paintStatus(text, screen) },
    'OUTCOME',
    { title: 'VOTERS', ...RIGHT },
    { title: 'AGE', ...RIGHT },
    'CLOSES',
    { title: 'TOPIC', isCut: true },
  ];
  const rows = questions.map((one) => [
    one.id,
    one.status,
    one.outcome ?? '-',
    formatNumber(one.voters),
    formatAgo(one.createdAt, screen),
    formatWhen(one.closesAt, screen),
    one.topic ?? '-',
  ]);
  return renderTable(columns, rows, screen);
}

/** One question: its rules, the tally, the votes. */
export function renderQuestion(question: Question, screen: Screen): string {
  return [
    renderFacts(factsOf(question, screen), screen),
    tallyOf(question, screen),
    votesOf(question, screen),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function factsOf(question: Question, screen: Screen): Fact[] {
  const { participation, quorum } = question;
  const voted =
    participation.eligible === null
      ? String(participation.voted)
      : `${participation.voted} of ${participation.eligible} (${formatShare(participation.share)})`;
  return [
    ['id', question.id],
    ['topic', question.topic ?? undefined],
    ['description', question.description ?? undefined],
    ['method', formatMethod(question.method)],
    ['status', question.status],
    ['outcome', question.outcome ?? undefined],
    ['if it ended now', question.provisional ?? undefined],
    ['why', question.reason],
    ['missing', missingOf(question)],
    ['voted', voted],
    ['quorum', `${quorum.required} (${quorum.met ? 'met' : 'not met'})`],
    ['agreement', question.agreement === null ? undefined : formatShare(question.agreement)],
    ['right was', question.actual ?? undefined],
    [
      'closes',
      question.final || question.closesAt === null ? undefined : formatWhen(question.closesAt, screen),
    ],
    ['closed', question.final ? formatWhen(question.closedAt, screen) : undefined],
  ];
}

/** What has to happen before the question is decided. */
function missingOf({ final, participation, quorum, closesAt }: Question): string | undefined {
  if (final) return undefined;
  const votes = Math.max(0, quorum.required - participation.voted);
  const voters = participation.eligible === null ? undefined : participation.eligible - participation.voted;
  const steps = [
    votes === 0 ? '' : `${votes} more to the quorum`,
    voters === undefined || voters <= 0 ? '' : `${voters} who have not voted`,
    closesAt === null ? 'its end: iris tools call consensus_close' : '',
  ];
  return steps.filter((step) => step !== '').join('; ');
}

function tallyOf({ tally }: Question, screen: Screen): string {
  if (tally === null) return '';
  const rows = Object.entries(tally).map(([option, { votes, weight, share }]) => [
    option,
    String(votes),
    weight,
    formatShare(share),
    '█'.repeat(Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH)),
  ]);
  const columns = [
    { title: 'OPTION', isCut: true },
    { title: 'VOTES', ...RIGHT },
    { title: 'WEIGHT', ...RIGHT },
    { title: 'SHARE', ...RIGHT },
    { title: '', paint: (text: string) => screen.paint.cyan(text) },
  ];
  // Bars are for eyes: a program would have to skip them.
  const shown = screen.width === undefined ? 4 : 5;
  return renderTable(
    columns.slice(0, shown),
    rows.map((row) => row.slice(0, shown)),
    screen,
  );
}

function votesOf({ votes }: Question, screen: Screen): string {
  if (votes === undefined || votes === null || votes.length === 0) return '';
  const columns = [
    { title: 'AGENT', isCut: true },
    { title: 'VOTE', isCut: true },
    { title: 'WEIGHT', ...RIGHT },
    { title: 'SURE', ...RIGHT },
    { title: 'AGE', ...RIGHT },
    { title: 'REASONING', isCut: true },
  ];
  const rows = votes.map((vote) => [
    vote.agentId,
    vote.decision ?? vote.ranking?.join(' > ') ?? vote.approvals?.join(', ') ?? '-',
    formatNumber(Number(vote.weight ?? Number.NaN)),
    formatShare(vote.confidence),
    formatAgo(vote.castAt, screen),
    vote.reasoning ?? '-',
  ]);
  return renderTable(columns, rows, screen);
}

function formatMethod(method: unknown): string | undefined {
  return typeof method === 'string' ? method : JSON.stringify(method);
}

function paintStatus(text: string, { paint }: Screen): string {
  if (text === 'reached') return paint.green(text);
  return text === 'failed' ? paint.red(text) : paint.yellow(text);
}
