import { placeCode } from '../../app/place-code.ts';
import { callerContext, storeContext } from '../../contract/caller-context.ts';
import { FROM_DAEMON, type DaemonMethod, type DaemonResults } from '../../contract/daemon-wire.ts';
import type { CallerContext } from '../../contract/daemon-wire.ts';
import type { Frame } from '../../core/frames.ts';
import { BUILD } from '../../core/version.ts';
import { callDaemon } from '../../daemon/client/call-daemon.ts';
import type { CodeRun, CodeRunEvents, McpBackend } from '../../mcp/backend/backend.ts';
import { ownDaemonPaths, startFrom } from '../own-daemon.ts';

export interface DaemonBackendOptions {
  readonly distDir: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Other MCP servers whose tools `run_code` may call; undefined leaves it to the configuration. */
  readonly servers: readonly string[] | undefined;
}

/** Serves an MCP client through the daemon, which starts with the first call and owns the one database. */
export function daemonBackend({ distDir, cwd, env, servers }: DaemonBackendOptions): McpBackend {
  const ask = <Method extends DaemonMethod>(
    method: Method,
    params: object,
    { signal, onFrame }: { readonly signal: AbortSignal; readonly onFrame?: (frame: Frame) => void },
  ): Promise<DaemonResults[Method]> => {
    const paths = ownDaemonPaths();
    const start = () => startFrom(distDir, paths);
    return callDaemon({ build: BUILD, method, params }, { paths, start, env, signal, onFrame });
  };
  return {
    callTool: async (tool, input, signal) => {
      const pieces: Buffer[] = [];
      const onFrame = ({ type, payload }: Frame): void => {
        // The bytes lie in a buffer that is used again.
        if (type === FROM_DAEMON.stdout) pieces.push(Buffer.from(payload));
      };
      await ask('tool.call', { ...storeContext(env, cwd), tool, input }, { signal, onFrame });
      return JSON.parse(Buffer.concat(pieces).toString('utf8'));
    },
    runScript: (run, events, signal) =>
      ask('run', toRunParams(run, storeContext(env, cwd), servers), {
        signal,
        onFrame: (frame) => tell(frame, events),
      }),
    listSandboxes: (signal) => ask('sandbox.list', callerContext(env, cwd), { signal }),
    closeSandboxes: (targets, signal) =>
      ask('sandbox.close', { ...callerContext(env, cwd), targets, all: false }, { signal }),
    placeCode: (code) => placeCode(code, cwd),
  };
}

function toRunParams(run: CodeRun, caller: CallerContext, mcp: readonly string[] | undefined): object {
  const { script, args, sandbox, isFresh, hasNetwork, timeoutMs } = run;
  return {
    ...caller,
    script,
    args,
    hasStdin: false,
    flags: {
      sandbox,
      mcp,
      network: hasNetwork ? 'on' : undefined,
      new: isFresh || undefined,
      timeout: timeoutMs === undefined ? undefined : `${timeoutMs}ms`,
    },
  };
}

function tell({ type, payload }: Frame, events: CodeRunEvents): void {
  if (type === FROM_DAEMON.stdout) events.onOutput('stdout', payload);
  else if (type === FROM_DAEMON.stderr) events.onOutput('stderr', payload);
  else if (type === FROM_DAEMON.event) tellEvent(JSON.parse(payload.toString('utf8')), events);
}

function tellEvent(event: { readonly type: string; readonly text?: string }, events: CodeRunEvents): void {
  if (event.type === 'phase' && event.text !== undefined) events.onPhase(event.text);
  else if (event.type === 'notice' && event.text !== undefined) events.onNotice(event.text);
  else if (event.type === 'started') events.onPhase('Running');
}
