/** Ways to sort numbers that are compared. */
export const SORTS: Readonly<Record<string, (numbers: number[]) => number[]>> = {
  builtin: (numbers) => numbers.toSorted((left, right) => left - right),
  typed: (numbers) => [...Float64Array.from(numbers).toSorted()],
  insertion: (numbers) => {
    const sorted: number[] = [];
    for (const number of numbers) {
      const at = sorted.findIndex((other) => other > number);
      sorted.splice(at === -1 ? sorted.length : at, 0, number);
    }
    return sorted;
  },
};
