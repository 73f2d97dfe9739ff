/** The lowest number of each level in OpenTelemetry. */
const LEVELS = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;

export type SeverityLevel = keyof typeof LEVELS;

/** The number that OpenTelemetry gives a level. */
export function severityNumber(severity: number | SeverityLevel): number {
  return typeof severity === 'number' ? severity : LEVELS[severity];
}
