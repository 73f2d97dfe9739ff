const NUMBER = /[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;

export interface Tolerance {
  readonly absTol: number;
  readonly relTol: number;
}

/** The number that a text is, or else the last one that stands in it; undefined where there is none. */
export function numberIn(text: string): number | undefined {
  const trimmed = text.trim();
  const whole = trimmed === '' ? Number.NaN : Number(trimmed);
  if (Number.isFinite(whole)) return whole;
  const last = [...trimmed.matchAll(NUMBER)].at(-1)?.[0];
  const value = last === undefined ? Number.NaN : Number(last.replaceAll(',', ''));
  return Number.isFinite(value) ? value : undefined;
}

/** Tells whether two numbers differ by no more than the larger of both tolerances. */
export function isClose(left: number, right: number, { absTol, relTol }: Tolerance): boolean {
  const allowed = Math.max(absTol, relTol * Math.max(Math.abs(left), Math.abs(right)));
  return Math.abs(left - right) <= allowed;
}
