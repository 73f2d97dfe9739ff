const MAX_ROWS = 10_000;

/**
 * Takes away a part of what has grown old in every project, as the owner of the database, and tells how many rows;
 * while that is more than nothing, there may be more.
 */
export async function pruneAll(
  maintain: (sql: string) => Promise<readonly unknown[]>,
  maxRowsOfTable = MAX_ROWS,
): Promise<number> {
  const [row] = await maintain(`select iris.prune(${maxRowsOfTable}) as removed`);
  const hasCount = typeof row === 'object' && row !== null && 'removed' in row;
  if (!hasCount) return 0;
  return Number(row.removed);
}
