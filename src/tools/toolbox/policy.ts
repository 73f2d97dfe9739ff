import type { ToolEffect } from '../../contract/tools/contract.ts';

/** What rules are held against. Tools that are not of iris have the same facts, but for the group. */
export interface ToolFacts {
  readonly name: string;
  readonly group?: string | undefined;
  readonly effect: ToolEffect;
}

/** Rules on tools: a rule is a name, in which `*` stands for anything, or a group, or an effect. */
export interface ToolPolicy {
  /** Once it is given, only what it or `ask` names may be called. */
  readonly allow?: readonly string[] | undefined;
  /** What somebody has to agree to before each call. */
  readonly ask?: readonly string[] | undefined;
  /** What may not be called, whatever else is said. */
  readonly deny?: readonly string[] | undefined;
}

export interface Verdict {
  readonly type: 'allow' | 'ask' | 'deny';
  /** The rule that decided; undefined where none named the tool. */
  readonly rule: string | undefined;
}

/** What a policy says of a tool: to deny comes before to ask, and to ask before to allow. */
export function verdictOf(facts: ToolFacts, { allow, ask = [], deny = [] }: ToolPolicy): Verdict {
  const ruleIn = (rules: readonly string[]): string | undefined =>
    rules.find((rule) => isNamedBy(rule, facts));
  const denied = ruleIn(deny);
  if (denied !== undefined) return { type: 'deny', rule: denied };
  const asked = ruleIn(ask);
  if (asked !== undefined) return { type: 'ask', rule: asked };
  const allowed = ruleIn(allow ?? []);
  return { type: allow !== undefined && allowed === undefined ? 'deny' : 'allow', rule: allowed };
}

/** Tells whether a rule names a tool. */
export function isNamedBy(rule: string, { name, group, effect }: ToolFacts): boolean {
  return rule === effect || rule === group || matches(rule, name);
}

/** Looks for each piece between the stars where it comes first: that takes no longer than the two are long. */
function matches(pattern: string, name: string): boolean {
  const [start = '', ...pieces] = pattern.split('*');
  const end = pieces.pop();
  if (end === undefined) return pattern === name;
  if (!name.startsWith(start)) return false;
  let at = start.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}
