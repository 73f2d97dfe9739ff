import { z } from 'zod';

const caller = { cwd: z.string().min(1), env: z.record(z.string(), z.string()) };
const words = z.array(z.string()).optional();
const word = z.string().optional();

/** Checks `iris run` as it comes from the terminal. */
export const runParams = z.object({
  ...caller,
  script: z.string().min(1),
  args: z.array(z.string()),
  hasStdin: z.boolean(),
  umask: z.int().min(0).max(0o777).optional(),
  flags: z.strictObject({
    env: words,
    envFile: words,
    include: words,
    pull: words,
    pullTo: word,
    cwd: word,
    timeout: word,
    sandbox: word,
    isolation: word,
    requireIsolation: word,
    network: word,
    provider: word,
    template: word,
    volume: words,
    install: words,
    mcp: words,
    secret: words,
    secretEnv: words,
    allowSecretFile: words,
    maxCost: word,
    allowTool: words,
    askTool: words,
    denyTool: words,
    tag: words,
    new: z.boolean().optional(),
    rm: z.boolean().optional(),
    keep: word,
  }),
});

export const runCancelParams = z.object({ id: z.string().min(1).max(100) });

export const callerParams = z.object(caller);
export const closeParams = z.object({ ...caller, targets: z.array(z.string()), all: z.boolean() });
export const toolCallParams = z.object({
  ...caller,
  tool: z.string().min(1).max(100),
  input: z.unknown(),
  sessionId: z.string().min(1).max(200).optional(),
});
export const serverAllowParams = z.object({
  ...caller,
  names: z.array(z.string()),
  isTakenBack: z.boolean(),
});
export const serverToolsParams = z.object({ ...caller, names: z.array(z.string()) });
export const importParams = z.object({
  ...caller,
  table: z.string().min(1).max(63),
  rows: z.array(z.unknown()).max(1000),
});
export const pruneParams = z.object({
  ...caller,
  isDryRun: z.boolean(),
  eventDays: z.int().min(1).max(36_500).optional(),
});

export const telemetryImportParams = z.object({
  ...caller,
  document: z.json(),
  capturesContent: z.boolean(),
});
export const telemetryExportParams = z.object({ ...caller, query: z.unknown() });

/** Checks what a client of any build says first; what it asks for may be something that this build does not know. */
export const daemonHandshake = z.object({ build: z.string(), method: z.string() });

/** Checks the first frame on a connection. */
export const daemonRequest = z.object({
  build: z.string(),
  method: z.enum([
    'run',
    'plan',
    'run.detach',
    'run.cancel',
    'run.settle',
    'sandbox.list',
    'sandbox.close',
    'sandbox.exec',
    'sandbox.copy',
    'sandbox.info',
    'sandbox.pause',
    'sandbox.resume',
    'sandbox.extend',
    'sandbox.logs',
    'sandbox.metrics',
    'sandbox.gc',
    'sandbox.snapshot',
    'snapshot.list',
    'snapshot.remove',
    'volume.list',
    'volume.create',
    'volume.remove',
    'doctor',
    'config.list',
    'tool.list',
    'tool.call',
    'server.list',
    'server.allow',
    'server.tools',
    'db.status',
    'db.migrate',
    'db.import',
    'telemetry.import',
    'telemetry.export',
    'db.prune',
    'status',
    'stop',
  ]),
  params: z.unknown(),
  spooled: z.string().optional(),
});

/** Checks what a client replies to a question. */
export const questionReply = z.object({ id: z.int(), value: z.unknown() });
export const confirmReply = z.boolean().nullable();
export const envReply = z.record(z.string(), z.string());
