import { iris, sessionId } from 'iris-prime';
import { readSessions } from './sessions.ts';

// Each run logs conversations of its own: what is found rests on all runs so far.
const sessions = readSessions();
await Promise.all(
  sessions.flatMap(({ channel, steps, outcome }, number) =>
    steps.map((event, at) =>
      iris.logEvent({
        event,
        attributes: { channel },
        outcome: at === steps.length - 1 ? outcome : 'success',
        sessionId: `${sessionId}-${number}`,
      }),
    ),
  ),
);
console.log(`Logged ${sessions.length} conversations.\n`);

const patterns = await iris.discoverPatterns({
  target: 'outcome=failure',
  // That a conversation failed with its answer says nothing new.
  exclude: ['event=answered!failure'],
  minSupport: 0.1,
  minConfidence: 0.6,
  maxPatterns: 5,
});
console.log(`What leads to failure, in ${patterns.meta.transactions} conversations:`);
for (const { antecedent = [], confidence = 0, support, lift = 0 } of patterns) {
  console.log(`- ${antecedent.join(' and ')}`);
  console.log(
    `  fails in ${percent(confidence)}, ${lift.toFixed(1)} times as often as usual; ${percent(support)} of all`,
  );
}

const [first] = patterns;
if (first?.antecedent !== undefined && first.consequent !== undefined) {
  const { antecedent, consequent } = first;
  const { table, matching } = await iris.explainPattern({ antecedent, consequent, examples: 2 });
  console.log(`\nThe first one holds for ${table.both} conversations, and for ${table.onlyIf} it does not.`);
  console.log(`Look at ${matching.map(({ id }) => id).join(' or ')}`);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
