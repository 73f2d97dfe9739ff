import http from 'node:http';
import type { Duplex } from 'node:stream';
import { BRIDGE_CHANNEL_PORT } from '../core/bridge-wire.ts';
import { EGRESS_CHANNEL_PORT } from '../core/egress-wire.ts';
import { Mux } from '../core/mux.ts';
import { PROCESS_LOG_CHANNEL_PORT } from '../core/process-log-wire.ts';
import { ScriptBridge } from './bridge/script-bridge.ts';
import { ChildEnv } from './user/child-env.ts';
import { proxyEnvironment } from './egress/proxy-environment.ts';
import { proxyListener } from './egress/proxy-listener.ts';
import { FileMetadata } from './filesystem/file-metadata.ts';
import { WatchPolls } from './filesystem/watch-polls.ts';
import { NodeSpare } from './spare/node-spare.ts';
import { openInterpreter } from './interpreter/interpreter.ts';
import { forwardToPort } from './port-forward.ts';
import { ProcessLog } from './process/process-log.ts';
import { ProcessTable } from './process/process-table.ts';
import { createRouter } from './router.ts';
import { resolveSandboxPath } from './user/sandbox-path.ts';
import { UsageMeter } from './usage-meter.ts';
import type { FilesystemEvent } from './files/watch-request.ts';

/** The port that E2B's envd answers on. */
const ENVD_PORT = 49_983;
/** The port that the code interpreter of E2B's template answers on. */
const INTERPRETER_PORT = 49_999;

export interface AgentOptions {
  readonly transport: Duplex;
  /** The agent's own environment, from which processes get a clean part. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nodeFile: string;
  readonly spareFile: string;
  readonly preloadFile: string;
  readonly kernelFile: string;
  readonly esbuildFile: string;
}

/** Serves one sandbox over one transport. When that closes, every process is killed and `closed` settles. */
export function startAgent(options: AgentOptions): { readonly closed: Promise<void> } {
  const childEnv = new ChildEnv(options.env);
  const spare = new NodeSpare({ nodeFile: options.nodeFile, spareFile: options.spareFile, childEnv });
  const log = new ProcessLog(() => mux.open({ port: PROCESS_LOG_CHANNEL_PORT }));
  const bridge = new ScriptBridge(() => mux.open({ port: BRIDGE_CHANNEL_PORT }));
  const processes = new ProcessTable({ childEnv, spare, log, bridge });
  const files = {
    home: childEnv.home,
    metadata: new FileMetadata(),
    polls: new WatchPolls<FilesystemEvent>(),
  };
  const usage = new UsageMeter(childEnv.home);
  const egress = proxyListener(() => mux.open({ port: EGRESS_CHANNEL_PORT }));
  const openEgress = async (): Promise<void> => {
    await egress.open();
    childEnv.addGlobals(proxyEnvironment(options.preloadFile));
    spare.renew();
  };
  const server = createServer(createRouter({ childEnv, processes, usage, files, openEgress }));
  const interpreter = openInterpreter({
    files: options,
    home: childEnv.home,
    resolvePath: (given) => resolveSandboxPath(given, childEnv.home),
    environment: () => childEnv.forProcess({}),
  });
  const mux = new Mux(options.transport, {
    role: 'agent',
    onOpen: (channel, { port }) => {
      if (port === ENVD_PORT) server.emit('connection', channel);
      else if (port === INTERPRETER_PORT) interpreter.accept(channel);
      else forwardToPort(channel, port);
    },
  });
  spare.warmUp();
  const close = (): void => {
    files.polls.close();
    void files.metadata.close();
    egress.close();
    interpreter.close();
    processes.close();
  };
  return { closed: mux.closed.then(close) };
}

function createServer(listener: http.RequestListener): http.Server {
  const server = http.createServer(listener);
  // The host keeps idle channels; it alone decides when one is too old.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return server;
}
