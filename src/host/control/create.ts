import { failure, type Reply } from '../http/reply.ts';
import { readJson } from '../http/read-json.ts';
import { Snapshots } from '../sandboxes/snapshots.ts';
import { describeAccess } from './describe.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from './handler.ts';
import { networkOf } from './network.ts';
import { createBody, parseInput } from './schemas.ts';
import { resolveMounts } from './volumes/resolve-mounts.ts';
import { unsupportedFeature } from './unsupported.ts';

/** POST /v2/sandboxes: answers when the sandbox is ready for its first command. */
export async function createSandbox(context: ControlContext, call: ControlCall): Promise<Reply> {
  const body = parseInput(createBody, await readJson(call.request, MAX_BODY_BYTES));
  const unsupported = unsupportedFeature(body);
  if (unsupported !== undefined) return failure(400, unsupported);
  const snapshot = await context.snapshots?.find(body.templateID);
  if (!snapshot && !isPlain(context, body.templateID))
    return failure(404, `Template "${body.templateID}" does not exist`);
  const sandbox = await context.registry.create(
    {
      templateId: body.templateID,
      metadata: body.metadata ?? {},
      envVars: body.envVars ?? {},
      timeoutMs: body.timeout * 1000,
      network: networkOf(context, body),
      lifecycle: {
        onTimeout: body.autoPause === true ? 'pause' : 'kill',
        keepsMemory: body.autoPauseMemory ?? true,
        autoResume: body.autoResume?.enabled ?? false,
      },
      volumes: await resolveMounts(context, body.volumeMounts ?? []),
    },
    call.signal,
    snapshot && context.snapshots?.homeOf(snapshot),
  );
  return { status: 201, body: describeAccess(sandbox, context.domain) };
}

/** Tells whether a template without files of its own may have this name. */
function isPlain({ takesAnyTemplate }: ControlContext, name: string): boolean {
  return Snapshots.isBuiltIn(name) || (takesAnyTemplate && !Snapshots.isReference(name));
}
