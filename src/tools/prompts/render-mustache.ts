import { never } from '../../core/never.ts';
import { parseMustache, type Token } from './parse-mustache.ts';
import type { RenderMeter } from './render-meter.ts';
import { resolveName } from './resolve-name.ts';
import { valueText } from './value-text.ts';

/** What a rendering needs besides the template and the values. */
export interface MustacheScope {
  readonly meter: RenderMeter;
  /** Called for a value that is printed and not there. */
  readonly onMissing: (name: string) => void;
  readonly renderInclude: (include: Include, contexts: readonly unknown[]) => string;
}

export interface Include {
  readonly reference: string;
  readonly indentation: string;
}

/**
 * Renders a mustache template: no HTML escapes, no lambdas, and values are never parsed again.
 *
 * An absent section is false, as in mustache; an absent value is told to `onMissing` and printed as nothing.
 */
export function renderMustache(template: string, contexts: readonly unknown[], scope: MustacheScope): string {
  return renderTokens(parseMustache(template), contexts, scope);
}

function renderTokens(tokens: readonly Token[], contexts: readonly unknown[], scope: MustacheScope): string {
  return tokens.map((token) => renderToken(token, contexts, scope)).join('');
}

function renderToken(token: Token, contexts: readonly unknown[], scope: MustacheScope): string {
  switch (token.type) {
    case 'text':
      scope.meter.take(token.text.length);
      return token.text;
    case 'value':
      return renderValue(token.name, contexts, scope);
    case 'section':
      return contextsOf(resolveName(token.name, contexts), contexts)
        .map((inner) => {
          scope.meter.take(0);
          return renderTokens(token.tokens, inner, scope);
        })
        .join('');
    case 'inverted':
      return isEmpty(resolveName(token.name, contexts)) ? renderTokens(token.tokens, contexts, scope) : '';
    case 'include':
      return scope.renderInclude(token, contexts);
    default:
      return never(token);
  }
}

function renderValue(name: string, contexts: readonly unknown[], scope: MustacheScope): string {
  const value = resolveName(name, contexts);
  if (value === undefined) scope.onMissing(name);
  const text = valueText(value);
  scope.meter.take(text.length);
  return text;
}

/** One for each time that a section is rendered. */
function contextsOf(value: unknown, contexts: readonly unknown[]): readonly (readonly unknown[])[] {
  if (isEmpty(value)) return [];
  if (value === true) return [contexts];
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => [...contexts, item]);
}

function isEmpty(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0);
}
