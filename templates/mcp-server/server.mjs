// An MCP server with two tools. It runs on your machine, with your keys; scripts in the sandbox see calls and answers.
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const TICKETS = [
  { id: 1, title: 'Login fails on Safari', labels: [] },
  { id: 2, title: 'Typo on the start page', labels: [] },
  { id: 3, title: 'App crashes when offline', labels: [] },
];

const server = new McpServer({ name: 'tickets', version: '1.0.0' });

server.registerTool(
  'list_tickets',
  { description: 'Lists the open tickets.', inputSchema: z.object({}), annotations: { readOnlyHint: true } },
  () => answer({ tickets: TICKETS }),
);

server.registerTool(
  'label_ticket',
  {
    description: 'Puts a label on a ticket.',
    inputSchema: z.object({ id: z.number().int(), label: z.enum(['bug', 'text', 'crash']) }),
  },
  ({ id, label }) => {
    const ticket = TICKETS.find((one) => one.id === id);
    if (ticket === undefined)
      return { isError: true, content: [{ type: 'text', text: `There is no ticket ${id}` }] };
    ticket.labels = [...new Set([...ticket.labels, label])];
    return answer({ ticket });
  },
);

function answer(value) {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value };
}

await server.connect(new StdioServerTransport());
