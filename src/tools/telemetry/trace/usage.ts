import type { Json } from '../../json/json.ts';
import type { Span } from './link-spans.ts';
import type { TraceEvent } from './trace-event.ts';

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export interface UsageSum extends Usage {
  readonly byModel: Readonly<Record<string, Usage>>;
}

interface ModelUsage extends Usage {
  readonly model: string;
}

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** Adds up tokens and cost. A span that repeats what its parts used, as agents' spans do, is not counted again. */
export function sumUsage(roots: readonly Span[], loose: readonly TraceEvent[]): UsageSum {
  const used = [...roots.flatMap(usageUnder), ...loose.flatMap(usageOf)];
  const models = [...new Set(used.map(({ model }) => model))];
  return {
    ...add(used),
    byModel: Object.fromEntries(
      models.map((model) => [model, add(used.filter((usage) => usage.model === model))]),
    ),
  };
}

/** Walks with a stack of its own, children before parents, since traces may be deep. */
function usageUnder(root: Span): readonly ModelUsage[] {
  const order: Span[] = [];
  const open = [root];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    order.push(span);
    open.push(...span.children);
  }
  const under = new Map<Span, readonly ModelUsage[]>();
  for (const span of order.toReversed()) {
    const parts = [
      ...span.children.flatMap((child) => under.get(child) ?? []),
      ...span.events.flatMap(usageOf),
    ];
    under.set(span, parts.length > 0 ? parts : usageOf(span.record));
    for (const child of span.children) under.delete(child);
  }
  return under.get(root) ?? [];
}

function usageOf({ attributes }: TraceEvent): readonly ModelUsage[] {
  const usage = {
    inputTokens: amount(attributes['gen_ai.usage.input_tokens']),
    outputTokens: amount(attributes['gen_ai.usage.output_tokens']),
    costUsd: amount(attributes['iris.cost_usd']),
  };
  if (usage.inputTokens + usage.outputTokens + usage.costUsd === 0) return [];
  const model = attributes['gen_ai.response.model'] ?? attributes['gen_ai.request.model'];
  return [{ ...usage, model: typeof model === 'string' ? model : 'unknown' }];
}

function amount(value: Json | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

function add(used: readonly Usage[]): Usage {
  return used.reduce(
    (sum, usage) => ({
      inputTokens: sum.inputTokens + usage.inputTokens,
      outputTokens: sum.outputTokens + usage.outputTokens,
      costUsd: sum.costUsd + usage.costUsd,
    }),
    NOTHING,
  );
}
