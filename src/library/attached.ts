/** A sandbox whose programs call tools until it is disposed of. */
export interface Attached extends AsyncDisposable {
  readonly envs: Readonly<Record<string, string>>;
  readonly nodeVersion: string;
  /** Calls a tool from within. */
  verify(signal: AbortSignal): Promise<{ readonly roundTripMs: number }>;
}
