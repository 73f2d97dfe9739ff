import type { LaunchedSandbox, LaunchRequest, Rung } from './launcher.ts';

/** A launch of something else than the agent, as the probe needs it. */
export type RungRequest = Omit<LaunchRequest, 'agentFile'> & {
  readonly agentFile?: string | undefined;
  /** Runs in place of the agent. */
  readonly command?: readonly string[] | undefined;
};

/** One rung of the ladder on this machine, before it is known to work. */
export interface RungLauncher {
  readonly rung: Rung;
  readonly weaknesses: readonly string[];
  launch(request: RungRequest): Promise<LaunchedSandbox>;
}
