import { IrisError } from '../../core/errors.ts';
import { parseMustache, type Token } from './parse-mustache.ts';
import { textsOf, type PromptFormat, type PromptTemplate } from './prompt-text.ts';
import { hasSingleBraces, singleBraceNames } from './single-brace.ts';

/** What a template turns out to be. */
export interface TemplateFacts {
  readonly format: PromptFormat;
  /** The declared ones, or else those that were found. */
  readonly variables: readonly string[];
  /** Other prompts that it includes: `name`, `name@label` or `name@3`. */
  readonly includes: readonly string[];
  readonly warnings: readonly string[];
}

interface Use {
  readonly name: string;
  /** Inside a section a name may belong to the item and not to the caller. */
  readonly isNested: boolean;
}

const MUSTACHE_TAG = /\{\{\{?[#^/&>]?\s*[\p{L}_.$][^\s{}"']*\s*\}\}/u;
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,254}(?:@[a-z0-9_.-]{1,36})?$/;
const MAX_VARIABLES = 200;

/** Finds the format, variables and includes of a template by parsing it. Throws IRIS_INVALID_ARGUMENT. */
export function analyseTemplate(
  template: PromptTemplate,
  declared: readonly string[] | undefined,
  wanted: PromptFormat | 'auto',
): TemplateFacts {
  const texts = textsOf(template);
  const format = wanted === 'auto' ? chooseFormat(texts.join('\n'), declared) : wanted;
  const tokens = format === 'mustache' ? texts.flatMap(parseMustache) : [];
  const uses =
    format === 'fstring'
      ? singleBraceNames(texts.join('\n')).map((name) => ({ name, isNested: false }))
      : usesIn(tokens, false);
  const found = [...new Set(uses.map(({ name }) => name))];
  const variables = declared === undefined ? found : [...new Set(declared)];
  if (variables.length > MAX_VARIABLES)
    throw new IrisError('IRIS_LIMIT_EXCEEDED', `The template has ${variables.length} variables`, {
      hint: `At most ${MAX_VARIABLES} are allowed.`,
    });
  return {
    format,
    variables,
    includes: [...new Set(includesIn(tokens))],
    warnings: declared === undefined ? [] : warningsOf(format, [...new Set(declared)], uses),
  };
}

/** Braces of JSON stay as they are: only what is clearly meant as a variable makes a template of the text. */
function chooseFormat(text: string, declared: readonly string[] | undefined): PromptFormat {
  if (MUSTACHE_TAG.test(text)) return 'mustache';
  if (declared === undefined || declared.length === 0) return 'plain';
  return hasSingleBraces(text, declared) ? 'fstring' : 'plain';
}

function usesIn(tokens: readonly Token[], isNested: boolean): readonly Use[] {
  return tokens.flatMap((token): readonly Use[] => {
    if (token.type === 'text' || token.type === 'include') return [];
    const own = token.name === '.' ? [] : [{ name: token.name, isNested }];
    return token.type === 'value' ? own : [...own, ...usesIn(token.tokens, true)];
  });
}

function includesIn(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token): readonly string[] => {
    if (token.type === 'section' || token.type === 'inverted') return includesIn(token.tokens);
    if (token.type !== 'include') return [];
    if (REFERENCE.test(token.reference)) return [token.reference];
    throw new IrisError('IRIS_INVALID_ARGUMENT', `{{> ${token.reference}}} names no prompt`, {
      hint: 'Write {{> name}}, {{> name@label}} or {{> name@3}}.',
    });
  });
}

function warningsOf(
  format: PromptFormat,
  declared: readonly string[],
  uses: readonly Use[],
): readonly string[] {
  if (format === 'plain') {
    return declared.length === 0
      ? []
      : [`The text is plain, so that nothing is replaced in it: ${declared.join(', ')}`];
  }
  const used = new Set(uses.map(({ name }) => name));
  const unused = declared.filter((name) => ![...used].some((other) => isPartOf(other, name)));
  const undeclared = [...used].filter(
    (name) =>
      !declared.some((other) => isPartOf(name, other)) &&
      uses.some((use) => use.name === name && !use.isNested),
  );
  return [
    ...unused.map((name) => `The variable ${name} is declared and not used`),
    ...undeclared.map((name) => `The variable ${name} is used and not declared`),
  ];
}

/** `user.name` is a part of `user`. */
function isPartOf(name: string, whole: string): boolean {
  return name === whole || name.startsWith(`${whole}.`);
}
