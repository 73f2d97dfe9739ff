import { z } from 'zod';
import type { ToolContract } from '../../contract/tools/contract.ts';
import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import type { Tool, ToolContext } from '../tool/tool.ts';
import { sizeOf, type Budget } from './budget.ts';
import { Deadline } from './deadline.ts';
import { invalidInput, isInvalidInput } from './invalid-input.ts';

/** What one call brings along; what is left out is not limited. */
export interface CallContext extends Omit<ToolContext, 'signal'> {
  readonly signal?: AbortSignal | undefined;
  /** @default 30000 */
  readonly deadlineMs?: number | undefined;
  /** Throws for a tool that may not be called. It may take its time, such as to ask somebody. */
  readonly admit?: ((contract: ToolContract) => Promise<void>) | undefined;
  readonly budget?: Budget | undefined;
  /** What the input takes of the budget, where that is known. @default its length as JSON */
  readonly inputBytes?: number | undefined;
}

const DEADLINE_MS = 30_000;

/** All tools together: the one door that every call goes through. */
export class Toolbox {
  readonly #tools: ReadonlyMap<string, Tool>;

  constructor(tools: readonly Tool[]) {
    this.#tools = new Map(tools.map((tool) => [tool.contract.name, tool]));
  }

  /** The contracts in their fixed order. */
  list(): readonly ToolContract[] {
    return [...this.#tools.values()].map(({ contract }) => contract);
  }

  /** The input with a key for one request, where the tool takes one and the input has none. Throws IRIS_NOT_FOUND. */
  withKey(name: string, input: unknown, idempotencyKey: string): unknown {
    const { contract } = this.#find(name);
    const isKeyed = contract.input instanceof z.ZodObject && 'idempotencyKey' in contract.input.shape;
    if (!isKeyed || typeof input !== 'object' || input === null || Array.isArray(input)) return input;
    return { idempotencyKey, ...input };
  }

  /**
   * Calls a tool and returns its answer.
   *
   * Throws IRIS_NOT_FOUND for an unknown name, what `admit` throws, IRIS_INVALID_ARGUMENT with the place and what is valid,
   * IRIS_LIMIT_EXCEEDED, IRIS_UNAVAILABLE after the deadline, and what the tool fails with.
   */
  async call(name: string, input: unknown, context: CallContext): Promise<unknown> {
    const tool = this.#find(name);
    const { admit, budget, deadlineMs = DEADLINE_MS, caller, store } = context;
    budget?.takeCall();
    budget?.takeBytes(context.inputBytes ?? sizeOf(input));
    if (admit !== undefined) await admit(tool.contract);
    const leftMs = Math.ceil(budget?.timeLeftMs ?? deadlineMs);
    using deadline = new Deadline(Math.min(deadlineMs, leftMs), context.signal);
    const clock = performance.now();
    try {
      deadline.signal.throwIfAborted();
      const answer = await tool.call(input, { store, caller, signal: deadline.signal });
      budget?.takeBytes(sizeOf(answer));
      return answer;
    } catch (error) {
      if (isInvalidInput(error)) throw invalidInput(tool.contract, error);
      if (error instanceof IrisError || !deadline.hasPassed) throw error;
      throw leftMs < deadlineMs && budget !== undefined
        ? budget.outOfTime()
        : tooLate(name, deadlineMs, error);
    } finally {
      budget?.addTime(performance.now() - clock);
    }
  }

  #find(name: string): Tool {
    const tool = this.#tools.get(name);
    if (tool !== undefined) return tool;
    const near = suggest(name, [...this.#tools.keys()]);
    throw new IrisError('IRIS_NOT_FOUND', `There is no tool ${name}`, {
      hint: near === undefined ? 'List them: iris tools ls' : `Did you mean ${near}?`,
    });
  }
}

function tooLate(name: string, deadlineMs: number, cause: unknown): IrisError {
  return new IrisError('IRIS_UNAVAILABLE', `${name} did not answer within ${deadlineMs} ms`, {
    hint: 'Ask for less at once, or give it more time.',
    cause,
  });
}
