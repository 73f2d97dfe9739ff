const MAX_LINES = 20;
const MAX_LINE_CHARS = 200;
const MAX_TEXT_CHARS = 100;
const MAX_MEMBERS = 5;
const MAX_DEPTH = 3;

/** Arguments of a call in short, a line each: a long value takes nothing away from what comes after it. */
export function shortArguments(input: unknown): string {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return short(input, 0);
  const members: [string, unknown][] = Object.entries(input);
  const lines = members
    .slice(0, MAX_LINES)
    .map(([name, value]) => `${nameOf(name)}: ${cut(short(value, 1), MAX_LINE_CHARS)}`);
  return [...lines, ...rest(members.length, MAX_LINES)].join('\n');
}

function short(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, MAX_TEXT_CHARS));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) {
    if (depth > MAX_DEPTH) return '[…]';
    const members = value.slice(0, MAX_MEMBERS).map((member: unknown) => short(member, depth + 1));
    return `[${[...members, ...rest(value.length, MAX_MEMBERS)].join(', ')}]`;
  }
  if (depth > MAX_DEPTH) return '{…}';
  const entries: [string, unknown][] = Object.entries(value);
  const members = entries
    .slice(0, MAX_MEMBERS)
    .map(([name, member]) => `${nameOf(name)}: ${short(member, depth + 1)}`);
  return `{ ${[...members, ...rest(entries.length, MAX_MEMBERS)].join(', ')} }`;
}

/** A name that could be taken for something else stands in quotes. */
function nameOf(name: string): string {
  return /^\w{1,64}$/.test(name) ? name : JSON.stringify(cut(name, MAX_TEXT_CHARS));
}

function rest(count: number, shown: number): string[] {
  return count > shown ? [`… ${count - shown} more`] : [];
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars)}…`;
}
