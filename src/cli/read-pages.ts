import { printMore } from './terminal/print.ts';

/** How much of a list was asked for. */
export interface ListOptions {
  readonly limit?: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null | undefined;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

const USUAL_ROWS = 50;
/** What a tool gives at once. */
const MOST_ROWS = 1000;

/** Reads as many rows as were asked for, page by page; says on stderr when there are more. */
export async function readPages<Row>(
  read: (request: PageRequest) => Promise<Page<Row>>,
  { limit = USUAL_ROWS, all = false }: ListOptions,
): Promise<Row[]> {
  const wanted = all ? Infinity : limit;
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const size = Math.min(MOST_ROWS, wanted - rows.length);
    const page = await read({ limit: size, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.rows);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && rows.length < wanted);
  if (cursor !== undefined) printMore(rows.length);
  return rows;
}
