type FigureValues = Readonly<Record<string, number | null>>;

export interface Change {
  readonly absolute: number | null;
  /** Null where the figure before was 0 or is not known. */
  readonly ratio: number | null;
}

/** How each figure of a window differs from that of the window before. */
export function compareFigures(current: FigureValues, previous: FigureValues | null): Record<string, Change> {
  const changes = Object.entries(current).map(([name, value]) => {
    const before = previous?.[name] ?? null;
    const absolute = value === null || before === null ? null : value - before;
    const ratio = absolute === null || before === null || before === 0 ? null : absolute / Math.abs(before);
    return [name, { absolute, ratio }] as const;
  });
  return Object.fromEntries(changes);
}
