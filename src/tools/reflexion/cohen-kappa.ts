/** Agreement of two judges beyond chance (Cohen's kappa); undefined where both always say the same one thing. */
export function cohenKappa(pairs: readonly (readonly [string, string])[]): number | undefined {
  if (pairs.length === 0) return undefined;
  const observed = pairs.filter(([first, second]) => first === second).length / pairs.length;
  const names = new Set(pairs.flat());
  const expected = [...names].reduce(
    (sum, name) => sum + shareOf(pairs, 0, name) * shareOf(pairs, 1, name),
    0,
  );
  return expected === 1 ? undefined : (observed - expected) / (1 - expected);
}

function shareOf(pairs: readonly (readonly [string, string])[], judge: 0 | 1, name: string): number {
  return pairs.filter((pair) => pair[judge] === name).length / pairs.length;
}
