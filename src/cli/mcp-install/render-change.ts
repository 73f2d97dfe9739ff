const CONTEXT_LINES = 3;

/** The one place where two texts differ, in the form of a unified diff; empty for equal ones. */
export function renderChange(file: string, before: string, after: string): string {
  if (before === after) return '';
  const old = linesOf(before);
  const now = linesOf(after);
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let same = 0;
  const most = Math.min(old.length, now.length) - start;
  while (same < most && old[old.length - 1 - same] === now[now.length - 1 - same]) same++;
  const first = Math.max(0, start - CONTEXT_LINES);
  const above = old.slice(first, start);
  const removed = old.slice(start, old.length - same);
  const added = now.slice(start, now.length - same);
  const below = old.slice(old.length - same, old.length - same + CONTEXT_LINES);
  const shared = above.length + below.length;
  const place = `@@ -${first + 1},${shared + removed.length} +${first + 1},${shared + added.length} @@`;
  const body = [
    ...above.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...below.map((line) => ` ${line}`),
  ];
  return [`--- ${file}`, `+++ ${file}`, place, ...body, ''].join('\n');
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
