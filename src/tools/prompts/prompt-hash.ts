import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { PromptFormat, PromptTemplate } from './prompt-text.ts';

/** What makes two versions of a prompt equal. */
export interface PromptContent {
  readonly type: 'text' | 'chat';
  readonly format: PromptFormat;
  readonly template: PromptTemplate;
  readonly config: Readonly<Record<string, unknown>>;
}

/** SHA-256 of the canonical JSON (RFC 8785) of a prompt's content, in hexadecimal digits. */
export function promptHash({ type, format, template, config }: PromptContent): string {
  return createHash('sha256').update(canonicalJson({ type, format, template, config })).digest('hex');
}
