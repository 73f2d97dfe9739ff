/** A run as `run_list` tells of it. */
export function aRun(id: string) {
  return {
    id,
    script: 'a.ts',
    provider: null,
    sandboxId: null,
    exitCode: 0,
    signal: null,
    startedAt: '2026-01-01T00:00:00Z',
    durationMs: 1,
    calls: 1,
    failedCalls: 0,
  };
}
