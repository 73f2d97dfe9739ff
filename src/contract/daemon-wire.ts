import type { RunResult, SandboxRef } from './run-event.ts';
import type { RunPlan } from './run-plan.ts';
import type { CopyReport, SandboxResults, SandboxRow } from './sandbox-wire.ts';

/** Frame types on the daemon's socket. No zod here: the CLI's entry imports this file. */
export const TO_DAEMON = { request: 16, stdin: 17, stdinEnd: 18, signal: 19, reply: 20, resize: 21 } as const;
export const FROM_DAEMON = {
  stdout: 1,
  stderr: 2,
  event: 3,
  result: 4,
  error: 5,
  stdinWanted: 6,
  /**
   * Sent before anything is done: a connection that is lost without it leaves nothing begun. Not sent for what lies on
   * the spool, where a request that is gone was taken.
   */
  taken: 7,
  /** The client sends a reply under the same id. */
  question: 8,
} as const;

/** The largest frame that either side accepts. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** The answer to a client of another build: it starts the daemon that it belongs to. */
export const OUTDATED = 'outdated';

/** What the terminal asks of the daemon; `build` is the handshake. */
export interface DaemonRequest<Method extends DaemonMethod> {
  readonly build: string;
  readonly method: Method;
  readonly params: unknown;
  /** The whole request lies on the daemon's spool under this id, `params` included. */
  readonly spooled?: string | undefined;
}

/** What the daemon asks of its client while it works on a request. */
export type Question = ConfirmQuestion | EnvQuestion;

/** Whether the person at the terminal agrees: the reply is true, false, or null where nobody can be asked. */
export interface ConfirmQuestion {
  readonly type: 'confirm';
  /** What it is about; whoever agreed to it for good is not asked the same text again. */
  readonly text: string;
  /** More of it, which may come from a script: it is shown with care. */
  readonly detail: string;
}

/** What these variables of the client's own environment hold: the reply has those that are set. */
export interface EnvQuestion {
  readonly type: 'env';
  readonly names: readonly string[];
}

/** A question as it is on its way. */
export type AskedQuestion = Question & { readonly id: number };

/** What each method answers with; both ends are of one build, so that it is not checked again. */
export interface DaemonResults extends SandboxResults {
  readonly run: RunResult;
  readonly plan: RunPlan;
  /** A run that goes on without its client, told when its script has started. */
  readonly 'run.detach': { readonly runId: string; readonly sandbox: SandboxRef };
  /** Waits for its end; false where this daemon has no such run. */
  readonly 'run.cancel': { readonly isEnded: boolean };
  /** When it answers, all that is known of runs is on disk. */
  readonly 'run.settle': { readonly live: readonly string[] };
  readonly 'sandbox.list': readonly SandboxRow[];
  readonly 'sandbox.close': CloseReport;
  /** The output of the command comes before it. */
  readonly 'sandbox.exec': CommandEnd;
  /** A file that goes to standard output comes before it. */
  readonly 'sandbox.copy': CopyReport;
  readonly doctor: readonly Check[];
  readonly 'config.list': readonly ConfigRow[];
  readonly 'tool.list': readonly ToolRow[];
  /** The answer itself comes before it, as JSON in frames of standard output: it may be large. */
  readonly 'tool.call': { readonly tool: string };
  readonly 'server.list': readonly ServerRow[];
  readonly 'server.allow': readonly ServerRow[];
  /** The tools come before it, as JSON in frames of standard output. */
  readonly 'server.tools': { readonly tools: number };
  readonly 'db.status': DatabaseStatus;
  readonly 'db.migrate': DatabaseStatus & { readonly applied: readonly string[] };
  readonly 'db.import': { readonly table: string; readonly imported: number; readonly present: number };
  readonly 'telemetry.import': OtlpReceipt;
  /** The documents come before it, a line each, in frames of standard output. */
  readonly 'telemetry.export': { readonly documents: number };
  readonly 'db.prune': PruneReport;
  readonly status: DaemonStatus;
  readonly stop: { readonly pid: number };
}

export type DaemonMethod = keyof DaemonResults;

/** How a command in a sandbox ended. */
export interface CommandEnd {
  readonly exitCode: number;
  readonly signal?: string | undefined;
}

/** Where the caller stands: every request is answered for that place and that environment. */
export interface CallerContext {
  /** Absolute local directory. */
  readonly cwd: string;
  /** Variables that steer iris (`IRIS_*`, `E2B_*`, `HOME`, `XDG_*`); never the script's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** One key of the configuration, as it holds for the caller. */
export interface ConfigRow {
  /** Such as `limits.memory`. */
  readonly key: string;
  /** As it is written in a file; null where it is unset. */
  readonly value: unknown;
  /** `IRIS_TIMEOUT`, `/x/.irisrc:3` or `default`. */
  readonly origin: string;
  /** The variable that sets it. */
  readonly variable: string | undefined;
  readonly text: string;
  readonly expected: string;
}

/** `iris run` as the terminal sends it: flags are still the words that were typed. */
export interface RunParams extends CallerContext {
  readonly script: string;
  readonly args: readonly string[];
  readonly flags: RunFlags;
  /** Whether the terminal will send the script's standard input. */
  readonly hasStdin: boolean;
  /** Permissions that no file that is brought back gets. */
  readonly umask?: number | undefined;
}

export interface RunFlags {
  readonly env?: readonly string[] | undefined;
  readonly envFile?: readonly string[] | undefined;
  readonly include?: readonly string[] | undefined;
  readonly pull?: readonly string[] | undefined;
  readonly pullTo?: string | undefined;
  readonly cwd?: string | undefined;
  readonly timeout?: string | undefined;
  readonly sandbox?: string | undefined;
  readonly isolation?: string | undefined;
  readonly requireIsolation?: string | undefined;
  readonly network?: string | undefined;
  readonly provider?: string | undefined;
  readonly template?: string | undefined;
  readonly volume?: readonly string[] | undefined;
  readonly install?: readonly string[] | undefined;
  readonly mcp?: readonly string[] | undefined;
  readonly secret?: readonly string[] | undefined;
  readonly secretEnv?: readonly string[] | undefined;
  readonly allowSecretFile?: readonly string[] | undefined;
  readonly maxCost?: string | undefined;
  readonly allowTool?: readonly string[] | undefined;
  readonly askTool?: readonly string[] | undefined;
  readonly denyTool?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly new?: boolean | undefined;
  readonly rm?: boolean | undefined;
  readonly keep?: string | undefined;
}

export interface CloseParams extends CallerContext {
  readonly targets: readonly string[];
  readonly all: boolean;
}

/** A call of a tool as the terminal sends it. */
export interface ToolCallParams extends CallerContext {
  readonly tool: string;
  readonly input: unknown;
  /** What its events are noted under when the input does not say. */
  readonly sessionId?: string | undefined;
}

/** Rows of one table, as `iris db export` wrote them. */
export interface ImportParams extends CallerContext {
  readonly table: string;
  readonly rows: readonly unknown[];
}

/** One document of OTLP/JSON: spans or log records. */
export interface TelemetryImportParams extends CallerContext {
  readonly document: unknown;
  /** Keeps what models and tools were told, which is left out otherwise. */
  readonly capturesContent: boolean;
}

/** Which events to write as OTLP/JSON, as telemetry_query takes it. */
export interface TelemetryExportParams extends CallerContext {
  readonly query: unknown;
}

/** What became of a document. */
export interface OtlpReceipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

/** What `iris db prune` is to take away. */
export interface PruneParams extends CallerContext {
  readonly isDryRun: boolean;
  /** How long events are kept from now on; undefined leaves it as it is. */
  readonly eventDays?: number | undefined;
}

/** How many rows of each table have grown old. */
export interface PruneReport {
  readonly isDryRun: boolean;
  readonly eventDays: number;
  readonly deleted: Readonly<Record<string, number>>;
  /** Points of metrics, which become rows of hours and days. */
  readonly rolled: Readonly<Record<string, number>>;
}

/** What `iris db status` tells. */
export interface DatabaseStatus {
  readonly engine: 'pglite' | 'postgres' | 'supabase';
  readonly server: string;
  readonly project: string;
  readonly present: readonly string[];
  readonly pending: readonly string[];
}

/** One tool as `iris tools ls` shows it. */
export interface ToolRow {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  readonly text: string;
  readonly effect: 'read' | 'write' | 'delete';
  readonly example: unknown;
  /** JSON Schema. */
  readonly input: unknown;
  readonly output: unknown;
}

/** One row of `iris mcp ls`. */
export interface ServerRow {
  readonly name: string;
  /** The program whose file tells of it, and whose word that is. */
  readonly program: string;
  readonly owner: 'user' | 'project';
  readonly file: string;
  readonly state: 'ready' | 'needs allow' | 'unusable';
  /** The command or the address, or why it cannot be used. */
  readonly starts: string;
  /** Whether the configuration grants it to every run. */
  readonly isGranted: boolean;
}

/** One tool of another MCP server. */
export interface ServerToolRow {
  readonly server: string;
  readonly name: string;
  /** `github.create_issue` */
  readonly fullName: string;
  readonly title: string;
  readonly text: string;
  readonly effect: 'read' | 'write' | 'delete';
  /** JSON Schemas. */
  readonly input: unknown;
  readonly output: unknown;
  /** The form of what it answered so far, where the server does not say. */
  readonly observed: unknown;
}

export interface CloseReport {
  readonly closed: readonly { readonly id: string; readonly name: string }[];
  /** What was asked for and is not there: no failure, it is as closed as can be. */
  readonly gone: readonly string[];
}

export interface DaemonStatus {
  readonly pid: number;
  readonly version: string;
  readonly build: string;
  readonly uptimeMs: number;
  readonly sandboxes: number;
  readonly runs: number;
  readonly connections: number;
  readonly rssBytes: number;
  readonly socket: string;
  readonly log: string;
}

/** One line of `iris doctor`. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly fix?: string | undefined;
}
