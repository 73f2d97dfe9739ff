import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import { IrisError } from '../../core/errors.ts';

const MAX_MESSAGE_CHARS = 4_000;

/**
 * What a call gives a script: the structured content where there is any; else a single text, as the value that it is
 * the JSON of or as it is; else the blocks. Throws TOOL_FAILED for an answer that says that the call failed.
 */
export function toAnswer({ structuredContent, content, isError }: CallToolResult): unknown {
  if (isError === true) throw new IrisError('TOOL_FAILED', messageOf(content));
  if (structuredContent !== undefined) return structuredContent;
  const [only] = content;
  if (content.length === 1 && only?.type === 'text') return fromText(only.text);
  return { content };
}

/** A text that is an object or a list is meant as one; `42` and `true` are words. */
function fromText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(content: readonly ContentBlock[]): string {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  if (text.trim() === '') return 'The tool failed and did not say why';
  return text.length > MAX_MESSAGE_CHARS ? `${text.slice(0, MAX_MESSAGE_CHARS)}…` : text;
}
