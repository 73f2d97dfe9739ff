/** What the agent tells the spare: one JSON text on descriptor 3, ended by closing it. */
export interface SpareJob {
  readonly cmd: string;
  /** The script and its arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly hasStdin: boolean;
  readonly hasSourceMaps: boolean;
}

export const SPARE_JOB_FD = 3;
export const SOURCE_MAPS_FLAG = '--enable-source-maps';
