import { z } from 'zod';

/** What is needed of the answer of `prompt_list` to show prompts as those of MCP. */
export const promptPage = z.looseObject({
  prompts: z.array(
    z.looseObject({
      name: z.string(),
      version: z.number(),
      variables: z.array(z.string()),
      message: z.string().nullable(),
      labels: z.union([z.array(z.string()), z.record(z.string(), z.number())]),
      metadata: z.looseObject({
        completions: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
      }),
    }),
  ),
  nextCursor: z.string().nullable(),
});

/** What is needed of the answer of `prompt_get`. */
export const renderedPrompt = z.looseObject({
  message: z.string().nullable(),
  text: z.string().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })).optional(),
});
