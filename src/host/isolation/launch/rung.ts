import type { LaunchedSandbox, LaunchRequest, Rung } from './launcher.ts';

/** A launch of something else than the agent, as the probe needs it. */
export type RungRequest = Omit<LaunchRequest, 'agentFile'> & {
  readonly agentFile?: string | undefined;
  /** Runs in place of the agent. */
  readonly command?: readonly string[] | undefined;
};

/** How a rung proves itself: a script that runs inside and writes to descriptor 3, and who judges what it wrote. */
export interface RungProbe {
  readonly script: string;
  /** Every promise that the sandbox breaks; none means that the rung works. */
  readonly judge: (text: string) => readonly string[];
}

/** One rung of the ladder on this machine, before it is known to work. */
export interface RungLauncher {
  readonly rung: Rung;
  readonly weaknesses: readonly string[];
  readonly probe: RungProbe;
  launch(request: RungRequest): Promise<LaunchedSandbox>;
}
