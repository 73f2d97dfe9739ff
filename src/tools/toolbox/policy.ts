import type { ToolContract, ToolEffect } from '../../contract/tools/contract.ts';
import { IrisError } from '../../core/errors.ts';

/** Which tools a caller may use. */
export interface ToolPolicy {
  /** The effects that are allowed. @default all */
  readonly effects?: readonly ToolEffect[] | undefined;
  /** Names or groups; when given, nothing else is allowed. */
  readonly allow?: readonly string[] | undefined;
  /** Names or groups that are not allowed, whatever else says so. */
  readonly deny?: readonly string[] | undefined;
}

/** Tells whether a policy lets a tool be used. */
export function isAllowed(contract: ToolContract, policy: ToolPolicy): boolean {
  return refusalOf(contract, policy) === undefined;
}

/** Throws IRIS_FORBIDDEN for a tool that a policy does not let be used. */
export function checkPolicy(contract: ToolContract, policy: ToolPolicy): void {
  const reason = refusalOf(contract, policy);
  if (reason === undefined) return;
  throw new IrisError('IRIS_FORBIDDEN', `${contract.name} may not be called here: ${reason}`, {
    hint: 'Ask whoever runs this to allow it.',
  });
}

function refusalOf(contract: ToolContract, { effects, allow, deny }: ToolPolicy): string | undefined {
  const isNamed = (list: readonly string[]): boolean =>
    list.includes(contract.name) || list.includes(contract.group);
  if (deny !== undefined && isNamed(deny)) return 'it is denied';
  if (effects !== undefined && !effects.includes(contract.effect))
    return `its effect is "${contract.effect}", and only ${effects.join(', ') || 'nothing'} is allowed`;
  return allow !== undefined && !isNamed(allow) ? 'it is not among the allowed tools' : undefined;
}
