import { refuseProblems, type Problem } from '../config/problem.ts';
import type { ToolRules } from '../config/tool-rules.ts';
import type { ToolContract } from '../contract/tools/contract.ts';
import { suggest } from '../core/suggest.ts';
import { isNamedBy } from '../tools/toolbox/policy.ts';

/**
 * Refuses rules that name nothing, which are most likely mistyped: USAGE_INVALID for those of flags, or CONFIG_INVALID.
 * A rule with a dot is about the tools of another server, which nobody knows here.
 */
export async function checkToolRules(sides: readonly ToolRules[]): Promise<void> {
  if (sides.length === 0) return;
  const { allContracts } = await import('../contract/tools/registry.ts');
  for (const side of sides) {
    const problems = (['allow', 'ask', 'deny'] as const).flatMap((list) =>
      (side[list] ?? []).flatMap((rule, index) =>
        rule.includes('.') || allContracts.some((contract) => isNamedBy(rule, contract))
          ? []
          : [namesNothing(rule, side.subjectOf(list, index), allContracts)],
      ),
    );
    refuseProblems(side.side === 'flags' ? 'USAGE_INVALID' : 'CONFIG_INVALID', problems);
  }
}

function namesNothing(rule: string, subject: string, contracts: readonly ToolContract[]): Problem {
  const words = contracts.flatMap(({ name, group, effect }) => [name, group, effect]);
  const families = contracts.map(({ name }) => name.replace(/_.*/, '_*'));
  const near = suggest(rule, [...words, ...families]);
  return {
    message: `${subject} is ${JSON.stringify(rule)}, which names no tool, group or effect`,
    hint: near === undefined ? 'List the tools with: iris tools ls' : `Did you mean "${near}"?`,
  };
}
