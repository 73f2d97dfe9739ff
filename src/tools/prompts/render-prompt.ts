import { IrisError } from '../../core/errors.ts';
import type { PromptFormat, PromptMessage, PromptTemplate } from './prompt-text.ts';
import { RenderMeter } from './render-meter.ts';
import { renderMustache, type Include } from './render-mustache.ts';
import { resolveName } from './resolve-name.ts';
import { renderSingleBraces } from './single-brace.ts';
import { valueText } from './value-text.ts';

/** A version of a prompt as far as rendering needs it. */
export interface PromptSource {
  readonly name: string;
  readonly version: number;
  readonly format: PromptFormat;
  readonly template: PromptTemplate;
  readonly variables: readonly string[];
}

export interface RenderOptions {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Every prompt that is included, at any depth, by its reference; null is not there. */
  readonly includes: Readonly<Record<string, PromptSource | null>>;
}

export interface RenderedPrompt {
  readonly text?: string;
  readonly messages?: readonly PromptMessage[];
  /** Values that would have been printed and are not there. */
  readonly missing: readonly string[];
}

const MAX_DEPTH = 5;

/** Renders a prompt with what it includes. Throws IRIS_INVALID_ARGUMENT for a circle of includes. */
export function renderPrompt(source: PromptSource, options: RenderOptions): RenderedPrompt {
  const missing = new Set<string>();
  const state = { options, missing, meter: new RenderMeter(), path: [labelOf(source)] };
  const render = (text: string): string => renderText(source, text, [options.variables], state);
  const { template } = source;
  const rendered =
    typeof template === 'string'
      ? { text: render(template) }
      : { messages: template.map((message) => ({ ...message, content: render(message.content) })) };
  return { ...rendered, missing: [...missing] };
}

interface RenderState {
  readonly options: RenderOptions;
  readonly missing: Set<string>;
  readonly meter: RenderMeter;
  /** The prompts that are being rendered, outermost first. */
  readonly path: readonly string[];
}

function renderText(
  source: PromptSource,
  text: string,
  contexts: readonly unknown[],
  state: RenderState,
): string {
  if (source.format === 'mustache') {
    return renderMustache(text, contexts, {
      meter: state.meter,
      onMissing: (name) => state.missing.add(name),
      renderInclude: (include, inner) => renderInclude(include, inner, state),
    });
  }
  const names = source.format === 'fstring' ? source.variables : [];
  const rendered = renderSingleBraces(text, names, (name) => {
    const value = flatValue(name, contexts) ?? resolveName(name, contexts);
    if (value === undefined) state.missing.add(name);
    return valueText(value);
  });
  state.meter.take(rendered.length);
  return rendered;
}

/** A variable may be called `user.name` as a whole. */
function flatValue(name: string, contexts: readonly unknown[]): unknown {
  const outermost: unknown = contexts[0];
  if (typeof outermost !== 'object' || outermost === null) return undefined;
  return Object.entries(outermost).find(([key]) => key === name)?.[1];
}

function renderInclude(
  { reference, indentation }: Include,
  contexts: readonly unknown[],
  state: RenderState,
): string {
  const source = included(reference, state);
  const path = [...state.path, labelOf(source)];
  if (typeof source.template !== 'string')
    throw invalid(
      `${reference} is a chat, and only text can be included`,
      'Include a prompt of the type text.',
    );
  if (state.path.includes(labelOf(source)))
    throw invalid(`Prompts include each other: ${path.join(' > ')}`, 'Take one of these includes out.');
  if (path.length > MAX_DEPTH + 1)
    throw invalid(
      `Prompts are included more than ${MAX_DEPTH} deep: ${path.join(' > ')}`,
      'Write some of them into those that include them.',
    );
  state.meter.take(source.template.length);
  const text = source.template.replaceAll(/^(?=[^\n])/gm, () => indentation);
  return renderText(source, text, contexts, { ...state, path });
}

function included(reference: string, { options, path }: RenderState): PromptSource {
  const source = Object.hasOwn(options.includes, reference) ? options.includes[reference] : undefined;
  if (source) return source;
  // Deeper than the database looks there is nothing but too much depth.
  if (path.length > MAX_DEPTH)
    throw invalid(`Prompts are included more than ${MAX_DEPTH} deep`, path.join(' > '));
  throw new IrisError('IRIS_NOT_FOUND', `${path.at(-1)} includes ${reference}, which is not there`, {
    hint: 'Save it, or set its label.',
    details: { reference, path },
  });
}

function labelOf({ name, version }: PromptSource): string {
  return `${name}@${version}`;
}

function invalid(message: string, hint: string): IrisError {
  return new IrisError('IRIS_INVALID_ARGUMENT', message, { hint });
}
