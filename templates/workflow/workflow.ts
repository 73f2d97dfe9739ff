import { readFile } from 'node:fs/promises';
import { iris, sessionId } from './iris-prime';

interface Order {
  readonly customer: string;
  readonly amount: number;
}

/** Runs one step, notes how it went, and what was made of what. */
async function step<In, Out>(name: string, input: In, work: (input: In) => Out, parentId?: string) {
  const startedAt = performance.now();
  const output = work(input);
  const { id } = await iris.trackLineage({
    name,
    input,
    output,
    ...(parentId === undefined ? {} : { parentId }),
  });
  await Promise.all([
    iris.logEvent(`${name}.finished`, { items: Array.isArray(output) ? output.length : 1 }),
    iris.recordMetric('workflow.duration', performance.now() - startedAt, { step: name }),
  ]);
  return { id, output };
}

const text = await readFile('orders.csv', 'utf8');
const read = await step('read', text, readOrders);
const kept = await step('keep', read.output, (orders) => orders.filter(({ amount }) => amount > 0), read.id);
const totals = await step('sum', kept.output, sumByCustomer, kept.id);

console.log(`${read.output.length} orders, ${kept.output.length} of them count:`);
for (const [customer, total] of Object.entries(totals.output)) console.log(`- ${customer}: ${total}`);

const lineage = await iris.getLineage({ id: totals.id, direction: 'upstream' });
const steps = lineage.nodes.filter(({ kind }) => kind === 'activity').map(({ name }) => name);
console.log(`\nThe totals come from: ${steps.toReversed().join(' > ')}`);

const { events } = await iris.queryEvents({ sessionId });
console.log(`Logged in this run: ${events.map(({ event }) => event).join(', ')}`);

function sumByCustomer(orders: readonly Order[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { customer, amount } of orders) sums[customer] = (sums[customer] ?? 0) + amount;
  return sums;
}

function readOrders(csv: string): Order[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line) => {
    const [customer = '', amount = '0'] = line.split(',');
    return { customer, amount: Number(amount) };
  });
}
