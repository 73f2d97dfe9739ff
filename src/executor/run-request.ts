import type { OpenBridge } from '../bridge/bridge-table.ts';
import type { PulledFiles, RunEvent } from '../contract/run-event.ts';
import type { ConfirmQuestion } from '../contract/daemon-wire.ts';
import type { SignalName } from '../core/signal-name.ts';
import type { PackageSpec } from './install/package-spec.ts';
import type { Registries } from './install/registries.ts';
import type { InjectedHeaders, SandboxEndpoint, VolumeMount } from '../sandbox/sandbox.ts';

/** One script to run, with every choice already made. */
export interface RunRequest {
  readonly runId: string;
  /** Absolute local path of the script. */
  readonly scriptFile: string;
  readonly args: readonly string[];
  /** The local directory that the sandbox's home directory stands for. */
  readonly localDir: string;
  readonly project: string;
  /** The reused sandbox; undefined asks for a new one. */
  readonly sandboxName: string | undefined;
  /** Whether its sandbox ends with it: in any case, when the script succeeded, or not. */
  readonly removeAfter: 'always' | 'succeeded' | 'never';
  readonly envs: Readonly<Record<string, string>>;
  readonly includes: readonly string[];
  /** Files that are sent though they look like secrets. */
  readonly allowedSecretFiles?: readonly string[] | undefined;
  /** Working directory in the sandbox. */
  readonly sandboxCwd: string | undefined;
  /** What a new sandbox is made from. */
  readonly template?: string | undefined;
  /** Folders that outlive the sandbox; those that are not there are made. */
  readonly volumes?: readonly VolumeMount[] | undefined;
  /** Packages that the sandbox is to have. */
  readonly packages?: readonly PackageSpec[] | undefined;
  /** Where they come from, if not from the public registries. */
  readonly registries?: Registries | undefined;
  /** Whether the script may reach the internet. */
  readonly hasNetwork: boolean;
  /** Headers with secrets that are added to what the script sends. */
  readonly injected?: InjectedHeaders | undefined;
  /** 0 = no limit. */
  readonly timeoutMs: number;
  /** Other MCP servers whose tools the script may import. */
  readonly servers: readonly string[];
  /** Opens the way to the tools; asked only when the script imports the client of iris. */
  readonly openTools?: (() => ToolGrant) | undefined;
  /** Brings files back before the run is told to be over, and tells of what went wrong; it never fails. */
  readonly bringBack?: BringBack | undefined;
  /** How long an idle sandbox lives on. */
  readonly sandboxTimeoutMs: number;
  /** What becomes of it then. */
  readonly sandboxOnTimeout: 'close' | 'pause';
}

/** Takes files out of the sandbox in which a script has just ended. */
export type BringBack = (
  endpoint: SandboxEndpoint,
  signal: AbortSignal,
) => AsyncGenerator<RunEvent, PulledFiles | undefined>;

/** The tools that one run may call. */
export interface ToolGrant {
  readonly bridge: OpenBridge;
  /** What the script is told of its project and session. */
  readonly envs: Readonly<Record<string, string>>;
}

/** The live connection between a run and whoever asked for it. */
export interface RunIo {
  /** The script's standard input, or undefined for none. */
  readonly stdin: AsyncIterable<Buffer> | undefined;
  /** Signals to pass on to the script. */
  readonly onSignal: (listener: (name: SignalName) => void) => void;
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** Asks whoever started it; undefined where nobody can be asked. */
  readonly confirm: (question: ConfirmQuestion) => Promise<boolean | undefined>;
  /** Those of the named variables that are set where it was started. */
  readonly readEnv: (names: readonly string[]) => Promise<Record<string, string>>;
}
