import type { z } from 'zod';
import type { App } from '../app/open-app.ts';
import {
  callerParams,
  closeParams,
  importParams,
  pruneParams,
  serverAllowParams,
  serverToolsParams,
  telemetryExportParams,
  telemetryImportParams,
  toolCallParams,
} from '../contract/daemon-request.ts';
import { FROM_DAEMON, type DaemonMethod, type DaemonResults } from '../contract/daemon-wire.ts';
import { never } from '../core/never.ts';
import { answerCopy } from './answer-copy.ts';
import { answerExec } from './answer-exec.ts';
import { answerRun, isRunMethod, type RunMethod } from './answer-run.ts';
import { answerSandbox, isSandboxMethod, type SandboxMethod } from './answer-sandbox.ts';
import type { ClientEnd } from './client-end.ts';
import { envOf } from './env-of.ts';
import { parseParams as parse } from './parse-params.ts';

/** Far below what one frame may hold. */
const PIECE_BYTES = 256 * 1024;

export interface AppRequest {
  readonly method: Exclude<DaemonMethod, 'status' | 'stop'>;
  readonly params: unknown;
}

/** Serves one request of a client of the same build. */
export async function answer(app: App, client: ClientEnd, request: AppRequest): Promise<void> {
  const { method, params } = request;
  if (isRunMethod(method)) {
    await answerRun(app, client, { method, params });
  } else if (isSandboxMethod(method)) {
    client.sendJson(FROM_DAEMON.result, await answerSandbox(app.sandboxes, method, params));
  } else if (isPlainMethod(method)) {
    client.sendJson(FROM_DAEMON.result, await PLAIN[method](app, params, client));
  } else {
    await answerOther(app, client, { method, params });
  }
}

type PlainMethod =
  | 'sandbox.list'
  | 'sandbox.close'
  | 'doctor'
  | 'config.list'
  | 'tool.list'
  | 'server.list'
  | 'server.allow'
  | 'db.status'
  | 'db.migrate'
  | 'db.import'
  | 'telemetry.import'
  | 'db.prune';

/** What is answered with its result alone. */
const PLAIN: {
  readonly [Method in PlainMethod]: (
    app: App,
    params: unknown,
    client: ClientEnd,
  ) => Promise<DaemonResults[Method]>;
} = {
  'sandbox.list': (app, params) => app.listSandboxes(parse(callerParams, params)),
  'sandbox.close': (app, params) => app.closeSandboxes(parse(closeParams, params)),
  'config.list': (app, params) => app.listConfig(parse(callerParams, params)),
  doctor: (app, params) => app.examine(parse(callerParams, params)),
  'tool.list': (app) => app.listTools(),
  'server.list': (app, params) => app.servers.list(parse(callerParams, params)),
  'server.allow': (app, given) => {
    const params = parse(serverAllowParams, given);
    return app.servers.allow(params, params.names, params.isTakenBack);
  },
  'db.status': (app, params) => app.database.status(parse(callerParams, params)),
  'db.migrate': (app, params) => app.database.migrate(parse(callerParams, params)),
  'db.import': (app, params, { signal }) => app.database.importRows(parse(importParams, params), signal),
  'telemetry.import': (app, params, { signal }) =>
    app.telemetry.importOtlp(parse(telemetryImportParams, params), signal),
  'db.prune': (app, params, { signal }) => app.database.prune(parse(pruneParams, params), signal),
};

function isPlainMethod(method: string): method is PlainMethod {
  return Object.hasOwn(PLAIN, method);
}

interface OtherRequest {
  readonly method: Exclude<AppRequest['method'], SandboxMethod | RunMethod | PlainMethod>;
  readonly params: unknown;
}

async function answerOther(app: App, client: ClientEnd, request: OtherRequest): Promise<void> {
  switch (request.method) {
    case 'sandbox.exec':
      return await answerExec(app.sandboxes, client, request.params);
    case 'sandbox.copy':
      return await answerCopy(app.sandboxes, client, request.params);
    case 'tool.call':
      return await answerTool(app, client, parse(toolCallParams, request.params));
    case 'server.tools':
      return await answerServerTools(app, client, parse(serverToolsParams, request.params));
    case 'telemetry.export':
      return await answerExport(app, client, parse(telemetryExportParams, request.params));
    default:
      return never(request.method);
  }
}

async function answerTool(
  app: App,
  client: ClientEnd,
  params: z.infer<typeof toolCallParams>,
): Promise<void> {
  await sendText(client, JSON.stringify(await app.callTool(params, client.signal)) ?? 'null');
  client.sendJson(FROM_DAEMON.result, { tool: params.tool });
}

async function answerServerTools(
  app: App,
  client: ClientEnd,
  params: z.infer<typeof serverToolsParams>,
): Promise<void> {
  const tools = await app.servers.tools(params, params.names, envOf(client));
  await sendText(client, JSON.stringify(tools));
  client.sendJson(FROM_DAEMON.result, { tools: tools.length });
}

async function answerExport(
  app: App,
  client: ClientEnd,
  params: z.infer<typeof telemetryExportParams>,
): Promise<void> {
  let documents = 0;
  for await (const document of app.telemetry.exportOtlp(params, client.signal)) {
    documents += 1;
    await sendText(client, `${JSON.stringify(document)}\n`);
  }
  client.sendJson(FROM_DAEMON.result, { documents });
}

async function sendText(client: ClientEnd, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    await client.sendBytes(FROM_DAEMON.stdout, bytes.subarray(at, at + PIECE_BYTES));
}
