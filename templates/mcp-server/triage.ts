import { iris } from 'iris-prime';

interface Ticket {
  readonly id: number;
  readonly title: string;
  readonly labels: readonly string[];
}

// Calls go by name here; `iris types tickets` writes types, for: import { tickets } from 'iris-prime/servers'
const { tickets } = await iris.call<{ tickets: Ticket[] }>('tickets.list_tickets');
console.log(`${tickets.length} tickets:`);

for (const { id, title } of tickets) {
  const label = labelFor(title);
  const { ticket } = await iris.call<{ ticket: Ticket }>('tickets.label_ticket', { id, label });
  console.log(`- #${ticket.id} ${ticket.title} [${ticket.labels.join(', ')}]`);
}
await iris.recordMetric('tickets.labelled', tickets.length);

function labelFor(title: string): string {
  if (/crash/i.test(title)) return 'crash';
  return /typo|wording/i.test(title) ? 'text' : 'bug';
}
