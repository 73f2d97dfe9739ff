const BARS = '▁▂▃▄▅▆▇█';

/** A row of bars, one for each value; a value that is not there is a gap, and only the newest that fit are drawn. */
export function sparkline(values: readonly (number | undefined)[], columns = Infinity): string {
  const drawn = columns < values.length ? values.slice(-columns) : values;
  const known = drawn.filter((value) => value !== undefined);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const highest = BARS.length - 1;
  return drawn
    .map((value) => {
      if (value === undefined) return ' ';
      const level = span === 0 ? highest / 2 : ((value - low) / span) * highest;
      return BARS[Math.round(level)];
    })
    .join('');
}
