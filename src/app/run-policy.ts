import type { ToolRules } from '../config/tool-rules.ts';
import { IrisError } from '../core/errors.ts';
import type { RunIo } from '../executor/run-request.ts';
import { verdictOf, type ToolFacts, type Verdict } from '../tools/toolbox/policy.ts';
import { shortArguments } from './short-arguments.ts';

interface Decision extends Verdict {
  readonly side: ToolRules['side'];
}

/** Which tools one run may call: what the flags, the user's own configuration and the project's say, together. */
export class RunPolicy {
  readonly #sides: readonly ToolRules[];
  readonly #confirm: RunIo['confirm'];

  constructor(sides: readonly ToolRules[], confirm: RunIo['confirm']) {
    this.#sides = sides;
    this.#confirm = confirm;
  }

  /** Tells whether a tool may be called, if only after somebody was asked. */
  mayCall(facts: ToolFacts): boolean {
    return this.verdictOn(facts) !== 'deny';
  }

  /** What the rules say of a tool. */
  verdictOn(facts: ToolFacts): Verdict['type'] {
    return this.#decide(facts)?.type ?? 'allow';
  }

  /** Throws IRIS_FORBIDDEN for a call that is not allowed, after asking where somebody has to agree to it. */
  async check(facts: ToolFacts, input: unknown): Promise<void> {
    const decision = this.#decide(facts);
    if (decision === undefined || decision.type === 'allow') return;
    if (decision.type === 'deny') throw denied(facts, decision);
    const { name, effect } = facts;
    const isAgreed = await this.#confirm({
      type: 'confirm',
      text: `the script wants to call ${name} (${effect})`,
      detail: shortArguments(input),
    });
    if (isAgreed === undefined) throw nobodyToAsk(facts, decision);
    if (!isAgreed) throw refused(facts);
  }

  /** Undefined where no rule is about the tool. */
  #decide(facts: ToolFacts): Decision | undefined {
    const decisions = this.#sides.map((rules) => ({ side: rules.side, ...verdictOf(facts, rules) }));
    const denial = decisions.find(({ type }) => type === 'deny');
    // Whoever allows a tool by a flag need not be asked about it, unless a flag says that, too.
    const isSettledByFlag = ({ side, rule }: Decision): boolean => side === 'flags' && rule !== undefined;
    return denial ?? decisions.find(isSettledByFlag) ?? decisions.find(({ type }) => type === 'ask');
  }
}

function placeOf(side: ToolRules['side'], list: Verdict['type']): string {
  if (side === 'flags') return `--${list}-tool`;
  return side === 'project' ? `tools.${list} of the project` : `tools.${list}`;
}

function denied({ name }: ToolFacts, { side, rule }: Decision): IrisError {
  if (rule !== undefined) {
    const place = placeOf(side, 'deny');
    return new IrisError('IRIS_FORBIDDEN', `${name} may not be called in this run: ${place} has "${rule}"`, {
      hint: `Do without it, or take "${rule}" out of ${place} and run again.`,
    });
  }
  const place = placeOf(side, 'allow');
  return new IrisError('IRIS_FORBIDDEN', `${name} may not be called in this run: it is not in ${place}`, {
    hint:
      side === 'flags' ? `Allow it, too: --allow-tool ${name}` : `Add "${name}" to ${place} and run again.`,
  });
}

function nobodyToAsk({ name }: ToolFacts, { side, rule }: Decision): IrisError {
  const place = placeOf(side, 'ask');
  const byFlag = side === 'flags' ? '' : `allow it with --allow-tool ${name} and whatever else it calls, or `;
  return new IrisError(
    'IRIS_FORBIDDEN',
    `${name} may not be called before somebody agrees, and nobody can be asked here`,
    { hint: `Run the script at a terminal, or ${byFlag}take "${rule ?? name}" out of ${place}.` },
  );
}

function refused({ name }: ToolFacts): IrisError {
  return new IrisError('IRIS_FORBIDDEN', `The call of ${name} was refused by the person who was asked`, {
    hint: 'Do without it, or run again and agree to it.',
  });
}
