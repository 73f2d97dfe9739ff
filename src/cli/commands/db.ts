import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { DatabaseStatus } from '../../contract/daemon-wire.ts';
import { IrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callTool } from '../call-tool.ts';
import { storeContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { openOutput } from '../terminal/open-output.ts';
import { readExportLine, type ExportedRow } from './export-line.ts';

const IMPORT_ROWS = 200;

/** `iris db status`: which database, and what of iris is in it. Exit 1 when something is missing. */
export async function dbStatus(options: { readonly json?: boolean }, context: CliContext): Promise<void> {
  const status = await askDaemon('db.status', here(), context.distDir);
  process.stdout.write(options.json === true ? `${JSON.stringify(status)}\n` : renderStatus(status));
  if (status.pending.length > 0) {
    process.stderr.write('iris: The database lacks parts of iris\n  Bring it up to date: iris db migrate\n');
    context.exitCode = 1;
  }
}

/** `iris db migrate`: brings the schema up to date. */
export async function dbMigrate(options: { readonly json?: boolean }, context: CliContext): Promise<void> {
  const report = await askDaemon('db.migrate', here(), context.distDir);
  if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else if (report.applied.length === 0) process.stdout.write(`${report.engine}: nothing to do\n`);
  else process.stdout.write(`${report.engine}: applied ${report.applied.join(', ')}\n`);
}

/** `iris db export`: the project's data as lines of JSON, for any other database of iris. */
export async function dbExport(file: string | undefined, context: CliContext): Promise<void> {
  const output = await openOutput(file);
  let rows = 0;
  for await (const line of exportedRows(context)) {
    rows += 1;
    if (!output.stream.write(`${JSON.stringify(line)}\n`)) await once(output.stream, 'drain');
  }
  await output.close();
  process.stderr.write(`iris: ${rows} rows exported\n`);
}

/** `iris db import`: reads what `iris db export` wrote; what is there already stays as it is. */
export async function dbImport(file: string | undefined, context: CliContext): Promise<void> {
  const input = file === undefined || file === '-' ? process.stdin : createReadStream(file);
  const counts = { imported: 0, present: 0 };
  let batch: ExportedRow[] = [];
  const flush = async (): Promise<void> => {
    const table = batch[0]?.table;
    if (table === undefined) return;
    const params = { ...here(), table, rows: batch.map(({ row }) => row) };
    const report = await askDaemon('db.import', params, context.distDir);
    counts.imported += report.imported;
    counts.present += report.present;
    batch = [];
  };
  let number = 0;
  for await (const text of linesOf(input, file)) {
    number += 1;
    const line = readExportLine(text, number);
    if (line.table !== batch[0]?.table || batch.length >= IMPORT_ROWS) await flush();
    batch.push(line);
  }
  await flush();
  process.stderr.write(`iris: ${counts.imported} rows imported, ${counts.present} were there already\n`);
}

async function* exportedRows(context: CliContext): AsyncGenerator<ExportedRow, void> {
  for (const table of stringsIn(await callTool('data_export', {}, context), 'tables')) {
    let cursor: unknown;
    do {
      const page = await callTool('data_export', { table, ...(cursor ? { cursor } : {}) }, context);
      for (const row of valuesIn(page, 'rows')) yield { table, row };
      cursor = valueIn(page, 'nextCursor');
    } while (cursor);
  }
}

async function* linesOf(
  input: NodeJS.ReadableStream,
  file: string | undefined,
): AsyncGenerator<string, void> {
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') yield line;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IrisError('FILE_UNREADABLE', `Cannot read ${file ?? 'standard input'}: ${reason}`, { cause });
  }
}

function renderStatus({ engine, server, project, present, pending }: DatabaseStatus): string {
  return [
    `database  ${engine}, Postgres ${server}`,
    `project   ${project}`,
    `present   ${present.join(', ') || 'nothing'}`,
    `missing   ${pending.join(', ') || 'nothing'}`,
    '',
  ].join('\n');
}

function here(): ReturnType<typeof storeContext> {
  return storeContext(process.env, process.cwd());
}

function valueIn(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function valuesIn(value: unknown, key: string): readonly unknown[] {
  const found = valueIn(value, key);
  return Array.isArray(found) ? found : [];
}

function stringsIn(value: unknown, key: string): readonly string[] {
  return valuesIn(value, key).filter((one) => typeof one === 'string');
}
