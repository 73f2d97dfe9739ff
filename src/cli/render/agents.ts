import type { z } from 'zod';
import type { agentStatusTool } from '../../contract/tools/agents.ts';
import { renderFacts } from './facts.ts';
import { formatAgo, formatWhen } from './moment.ts';
import { formatShare } from './figures.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

export type Agent = z.output<typeof agentStatusTool.output>['agents'][number];

/** A line for each agent. */
export function renderAgents(agents: readonly Agent[], screen: Screen): string {
  const columns = [
    { title: 'AGENT', isCut: true },
    { title: 'LIVENESS', paint: (text: string) => paintLiveness(text, screen) },
    'STATUS',
    { title: 'SEEN', align: 'right' } as const,
    { title: 'CAPABILITIES', isCut: true },
    { title: 'TASK', isCut: true },
  ];
  const rows = agents.map((agent) => [
    agent.agentId,
    agent.liveness,
    agent.status ?? '-',
    formatAgo(agent.lastSeenAt, screen),
    agent.capabilities.join(', ') || '-',
    agent.currentTask ?? '-',
  ]);
  return renderTable(columns, rows, screen);
}

/** All that is known of one agent. */
export function renderAgent(agent: Agent, screen: Screen): string {
  const metadata = Object.entries(agent.metadata ?? {});
  return renderFacts(
    [
      ['agent', agent.agentId],
      ['name', agent.name ?? undefined],
      ['version', agent.version ?? undefined],
      ['description', agent.description ?? undefined],
      ['liveness', agent.liveness],
      ['status', agent.status ?? undefined],
      ['takes work', agent.available ? 'yes' : 'no'],
      ['last seen', formatWhen(agent.lastSeenAt, screen)],
      ['expires', formatWhen(agent.expiresAt, screen)],
      ['task', agent.currentTask ?? undefined],
      ['load', typeof agent.load === 'number' ? formatShare(agent.load) : undefined],
      ['message', agent.message ?? undefined],
      ['capabilities', agent.capabilities.join(', ')],
      ['metadata', metadata.map(([key, value]) => `${key}=${toWord(value)}`).join(' ')],
    ],
    screen,
  );
}

function toWord(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function paintLiveness(text: string, { paint }: Screen): string {
  if (text === 'online') return paint.green(text);
  return text === 'stale' ? paint.yellow(text) : paint.dim(text);
}
