import type { z } from 'zod';

/** An item of a batch that could not be taken. */
export interface Rejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface ReadBatch<Item> {
  readonly items: readonly { readonly index: number; readonly item: Item }[];
  readonly rejected: readonly Rejection[];
}

const MAX_ISSUES = 3;

/** Reads each item of a batch by itself, so that a bad one does not take the others with it. */
export function readBatch<Schema extends z.ZodType>(
  schema: Schema,
  given: readonly unknown[],
): ReadBatch<z.output<Schema>> {
  const read = given.map((value, index) => ({ index, result: schema.safeParse(value) }));
  return {
    items: read.flatMap(({ index, result }) => (result.success ? [{ index, item: result.data }] : [])),
    rejected: read.flatMap(({ index, result }) =>
      result.success ? [] : [{ index, code: 'IRIS_INVALID_ARGUMENT', message: messageOf(result.error) }],
    ),
  };
}

function messageOf(error: z.ZodError): string {
  return error.issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) =>
      [path.map(String).join('.'), message].filter((part) => part !== '').join(': '),
    )
    .join('; ');
}
