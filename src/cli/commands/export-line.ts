import { IrisError } from '../../core/errors.ts';

/** One line of an export. */
export interface ExportedRow {
  readonly table: string;
  readonly row: unknown;
}

/** Reads one line of an export. Throws FILE_UNREADABLE with its number. */
export function readExportLine(text: string, number: number): ExportedRow {
  const parsed = parse(text);
  if (isExportedRow(parsed)) return parsed;
  throw new IrisError('FILE_UNREADABLE', `Line ${number} is not a line of an export`, {
    hint: 'Each line is {"table": "…", "row": {…}}, as iris db export writes it. Nothing of this line was imported.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isExportedRow(value: unknown): value is ExportedRow {
  return (
    typeof value === 'object' &&
    value !== null &&
    'table' in value &&
    typeof value.table === 'string' &&
    'row' in value &&
    typeof value.row === 'object' &&
    value.row !== null
  );
}
