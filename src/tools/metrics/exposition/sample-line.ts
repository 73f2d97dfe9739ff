import type { Sample } from './families.ts';

/** One sample as a line: both text formats write it alike. */
export function sampleLine(family: string, { suffix, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escapeText(text)}"`);
  return `${family}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

/** Escapes what would end a quoted text or its line. */
export function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
