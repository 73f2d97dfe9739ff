import { z } from 'zod';
import { defineServed } from './served-contract.ts';

export const searchTools = defineServed({
  name: 'search_tools',
  group: 'discovery',
  title: 'Search for tools',
  text: 'Finds tools by what they are for, also those that are not listed. Without a query: all.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    query: z.string().max(500).default(''),
    limit: z.int().min(1).max(50).default(10),
  }),
  output: z.looseObject({
    tools: z.array(
      z.looseObject({
        name: z.string(),
        group: z.string(),
        text: z.string(),
        effect: z.enum(['read', 'write', 'delete']),
        isListed: z.boolean(),
      }),
    ),
    hint: z.string(),
  }),
  example: { query: 'compare two versions of a prompt' },
});

export const describeTool = defineServed({
  name: 'describe_tool',
  group: 'discovery',
  title: 'Describe a tool',
  text: 'Gives the complete schemas of a tool and an example; the list shortens nested parts.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({ name: z.string().min(1).max(100) }),
  output: z.looseObject({
    text: z.string(),
    effect: z.enum(['read', 'write', 'delete']),
    input: z.looseObject({}),
    output: z.looseObject({}),
    example: z.unknown(),
    hint: z.string(),
  }),
  example: { name: 'reflexion_evaluate' },
});

export const callTool = defineServed({
  name: 'call_tool',
  group: 'discovery',
  title: 'Call a tool that is not listed',
  text: 'Calls a tool of search_tools that is not listed. It never deletes.',
  effect: 'write',
  isIdempotent: false,
  input: z.strictObject({
    name: z.string().min(1).max(100),
    arguments: z.record(z.string(), z.unknown()).default({}),
  }),
  output: z.looseObject({}),
  example: { name: 'prompt_diff', arguments: { name: 'review', from: 1 } },
});
