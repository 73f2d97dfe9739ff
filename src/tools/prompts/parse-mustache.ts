import mustache, { type TemplateSpans } from 'mustache';
import { IrisError } from '../../core/errors.ts';
import { runCapped } from '../../core/run-capped.ts';

/** One part of a mustache template. */
export type Token =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'value'; readonly name: string }
  | { readonly type: 'section' | 'inverted'; readonly name: string; readonly tokens: readonly Token[] }
  | { readonly type: 'include'; readonly reference: string; readonly indentation: string };

type Span = TemplateSpans[number];

const MAX_MS = 1000;
/** Shorter templates are parsed in no time, whatever is in them. */
const CAPPED_FROM = 10_000;
const MAX_DEPTH = 100;

/** Parses a mustache template. Throws IRIS_INVALID_ARGUMENT with the place where it is broken. */
export function parseMustache(template: string): readonly Token[] {
  if (template.length < CAPPED_FROM) return toTokens(parse(template), 1);
  const parsed = runCapped(() => parse(template), MAX_MS);
  if (parsed.type === 'finished') return toTokens(parsed.value, 1);
  throw new IrisError('IRIS_LIMIT_EXCEEDED', 'The template takes too long to parse', {
    hint: 'Take long runs of spaces out of its tags.',
  });
}

function parse(template: string): TemplateSpans {
  try {
    // A writer of its own: mustache keeps what it has parsed in a cache without bounds.
    return new mustache.Writer().parse(template);
  } catch (error) {
    throw new IrisError(
      'IRIS_INVALID_ARGUMENT',
      `The template is no mustache: ${error instanceof Error ? error.message : String(error)}`,
      { hint: 'Close every tag and section, or save it with the format "plain".', cause: error },
    );
  }
}

function toTokens(spans: readonly Span[], depth: number): readonly Token[] {
  if (depth > MAX_DEPTH)
    throw new IrisError('IRIS_INVALID_ARGUMENT', 'The template has too many sections inside each other', {
      hint: `At most ${MAX_DEPTH} are allowed.`,
    });
  return spans.map((span, index) => {
    const inner = span.length === 6 ? toTokens(span[4], depth + 1) : [];
    return toToken(span, inner, spans[index - 1]);
  });
}

function toToken(span: Span, inner: readonly Token[], before: Span | undefined): Token {
  const [type, content] = span;
  if (type === 'text') return { type: 'text', text: content };
  if (type === '>') return { type: 'include', reference: content, indentation: indentationOf(span, before) };
  // Comments and changes of the delimiters.
  if (type === '!' || type === '=') return { type: 'text', text: '' };
  if (type !== '#' && type !== '^') return { type: 'value', name: content };
  return { type: type === '#' ? 'section' : 'inverted', name: content, tokens: inner };
}

/** What stands before an include that has its line for itself; every line of the included prompt gets it. */
function indentationOf(span: Span, before: Span | undefined): string {
  if (span.length !== 7 || span[5] !== 0 || span[6]) return '';
  // The parser takes the space before such an include out; where it is still there, something follows on the line.
  const isAlone = before?.[0] !== 'text' || before[1].endsWith('\n');
  return isAlone ? span[4] : '';
}
