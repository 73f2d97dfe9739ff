import { valueAt, type Layer } from './layer.ts';
import { toolsSchema } from './tools-schema.ts';

const LISTS = ['allow', 'ask', 'deny'] as const;
export type RuleList = (typeof LISTS)[number];

/** The rules on tools that one side gave. All sides hold together, so that none loosens what another says. */
export interface ToolRules extends Readonly<Record<RuleList, readonly string[] | undefined>> {
  readonly side: 'flags' | 'user' | 'project';
  /** How a message about one rule begins. */
  subjectOf(list: RuleList, index: number): string;
}

/** The rules of one side's layers, of which the first that has a list gives all of it; undefined without rules. */
export function toolRulesOf(side: ToolRules['side'], layers: readonly Layer[]): ToolRules | undefined {
  const given = new Map(
    LISTS.map((list) => [list, layers.find((layer) => valueIn(layer, list) !== undefined)]),
  );
  const rulesIn = (list: RuleList): readonly string[] | undefined => {
    const layer = given.get(list);
    return layer === undefined ? undefined : toolsSchema.shape[list].parse(valueIn(layer, list));
  };
  if ([...given.values()].every((layer) => layer === undefined)) return undefined;
  return {
    side,
    allow: rulesIn('allow'),
    ask: rulesIn('ask'),
    deny: rulesIn('deny'),
    subjectOf: (list, index) => given.get(list)?.subjectOf(['tools', list, String(index)]) ?? `tools.${list}`,
  };
}

function valueIn({ values }: Layer, list: RuleList): unknown {
  return valueAt(values, ['tools', list]);
}
