import { z } from 'zod';
import { defineTool } from './contract.ts';
import { cursorField, nameField, sinceField } from './fields.ts';

const table = z.string().min(1).max(63);

export const dataExport = defineTool({
  name: 'data_export',
  group: 'data',
  title: 'Export data',
  text: "Gives one page of one table of this project's data; without a table, the names of the tables.",
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    table: table.optional(),
    limit: z.int().min(1).max(1000).default(500),
    cursor: cursorField.optional(),
  }),
  output: z.looseObject({
    tables: z.array(z.string()).optional(),
    table: z.string().optional(),
    rows: z.array(z.looseObject({})).optional(),
    nextCursor: z.string().nullable().optional(),
  }),
  example: { table: 'events' },
  method: 'exportData',
  positional: ['table'],
});

export const dataDelete = defineTool({
  name: 'data_delete',
  group: 'data',
  title: 'Delete data',
  text: 'Deletes data of this project by age, session or table. It only counts unless dryRun is false.',
  effect: 'delete',
  isIdempotent: true,
  input: z.strictObject({
    before: sinceField.optional(),
    sessionId: nameField.optional(),
    tables: z.array(table).min(1).max(50).optional(),
    dryRun: z.boolean().default(true),
  }),
  output: z.looseObject({
    dryRun: z.boolean(),
    deleted: z.record(z.string(), z.number()),
    total: z.number(),
  }),
  example: { before: '30d', tables: ['events'] },
  method: 'deleteData',
  positional: [],
});
