import type { z } from 'zod';
import type { promptList } from '../../contract/tools/prompts.ts';
import { formatAgo } from './moment.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

export type PromptRow = z.output<typeof promptList.output>['prompts'][number];

const HASH_DIGITS = 8;

/** A line for each prompt. */
export function renderPrompts(prompts: readonly PromptRow[], screen: Screen): string {
  const columns = [
    { title: 'NAME', isCut: true },
    { title: 'VERSION', align: 'right' } as const,
    { title: 'LABELS', isCut: true },
    { title: 'VARIABLES', isCut: true },
    { title: 'AGE', align: 'right' } as const,
    { title: 'MESSAGE', isCut: true },
  ];
  const rows = prompts.map((prompt) => [
    prompt.name,
    String(prompt.version),
    formatLabels(prompt.labels),
    prompt.variables.join(', ') || '-',
    formatAgo(prompt.createdAt, screen),
    prompt.message ?? '-',
  ]);
  return renderTable(columns, rows, screen);
}

/** A line for each version of one prompt. */
export function renderVersions(versions: readonly PromptRow[], screen: Screen): string {
  const columns = [
    { title: 'VERSION', align: 'right' } as const,
    { title: 'LABELS', isCut: true },
    { title: 'AGE', align: 'right' } as const,
    { title: 'BY', isCut: true },
    'HASH',
    { title: 'MESSAGE', isCut: true },
  ];
  const rows = versions.map((version) => [
    String(version.version),
    formatLabels(version.labels),
    formatAgo(version.createdAt, screen),
    version.createdBy ?? '-',
    version.hash.slice(0, HASH_DIGITS),
    version.message ?? '-',
  ]);
  return renderTable(columns, rows, screen);
}

/** Labels of one version, or of all versions with where each points to. */
function formatLabels(labels: PromptRow['labels']): string {
  const words = Array.isArray(labels)
    ? labels
    : Object.entries(labels).map(([label, version]) => `${label}=${version}`);
  return words.join(', ') || '-';
}
