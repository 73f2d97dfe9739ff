const NAME_IN_BRACES = /\{([^\s{}]{1,200})\}/g;
const IDENTIFIER = /^[A-Za-z_]\w*(?:\.\w+)*$/;

/** Replaces {name} for the given names and leaves every other brace as it is, in one pass. */
export function renderSingleBraces(
  template: string,
  names: readonly string[],
  textOf: (name: string) => string,
): string {
  const known = new Set(names);
  return template.replaceAll(NAME_IN_BRACES, (whole, name: string) =>
    known.has(name) ? textOf(name) : whole,
  );
}

/** The names in single braces that could be variables, in the order of their first use. */
export function singleBraceNames(template: string): readonly string[] {
  return [...new Set(bracedNames(template).filter((name) => IDENTIFIER.test(name)))];
}

/** Tells whether each of the names stands in single braces somewhere. */
export function hasSingleBraces(template: string, names: readonly string[]): boolean {
  const used = new Set(bracedNames(template));
  return names.every((name) => used.has(name));
}

function bracedNames(template: string): readonly string[] {
  return [...template.matchAll(NAME_IN_BRACES)].map(([, name = '']) => name);
}
