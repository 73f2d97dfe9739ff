import { z } from 'zod';

export interface JsonSchemas {
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
}

/** What a contract takes and answers, as JSON Schemas. */
export function toJsonSchemas({
  input,
  output,
}: {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}): JsonSchemas {
  return {
    input: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
    output: z.toJSONSchema(output, { unrepresentable: 'any' }),
  };
}
