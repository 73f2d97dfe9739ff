import { formatNumber } from './figures.ts';
import type { Screen } from './screen.ts';

const WIDEST_BAR = 60;
const NARROWEST_BAR = 10;
const USUAL_WIDTH = 80;
const INDENT = '  ';

/** A bar for each phase of a run, where it stands in the whole, fitted to the terminal. */
export function renderPhases(timingsMs: Readonly<Record<string, number>>, { width, paint }: Screen): string {
  const phases = Object.entries(timingsMs).filter(([name]) => name !== 'total');
  const sum = phases.reduce((total, [, ms]) => total + ms, 0);
  const wholeMs = Math.max(sum, timingsMs['total'] ?? 0);
  if (phases.length === 0 || wholeMs <= 0) return '';
  const names = Math.max(...phases.map(([name]) => name.length));
  const times = phases.map(([, ms]) => formatMs(ms));
  const figures = Math.max(...times.map((time) => time.length));
  const room = (width ?? USUAL_WIDTH) - INDENT.length - names - figures - 4;
  const columns = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, room));
  let before = 0;
  return phases
    .map(([name, ms], index) => {
      const start = Math.round((before / wholeMs) * columns);
      before += ms;
      const end = Math.min(columns, Math.max(start + 1, Math.round((before / wholeMs) * columns)));
      const from = Math.min(start, columns - 1);
      const bar = `${'·'.repeat(from)}${'█'.repeat(end - from)}${'·'.repeat(columns - end)}`;
      const figure = (times[index] ?? '').padStart(figures);
      return `${INDENT}${paint.bold(name.padEnd(names))}  ${bar}  ${figure}\n`;
    })
    .join('');
}

/** A time of a phase or a run, for people. */
export function formatMs(ms: number): string {
  return ms < 1000 ? `${formatNumber(Math.round(ms * 10) / 10)} ms` : `${formatNumber(ms / 1000)} s`;
}
