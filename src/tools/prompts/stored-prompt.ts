import { z } from 'zod';

const source = {
  name: z.string(),
  version: z.number(),
  format: z.enum(['mustache', 'fstring', 'plain']),
  template: z.union([z.string(), z.array(z.looseObject({ role: z.string(), content: z.string() }))]),
  variables: z.array(z.string()),
};

/** A version of a prompt as the database hands it out. */
export const storedPrompt = z.looseObject({
  ...source,
  hash: z.string(),
  config: z.record(z.string(), z.unknown()),
  includes: z.record(z.string(), z.nullable(z.looseObject(source))),
});

export type StoredPrompt = z.output<typeof storedPrompt>;
