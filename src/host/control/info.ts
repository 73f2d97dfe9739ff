import type { Reply } from '../http/reply.ts';
import type { LiveSandbox, NamedMount } from '../sandboxes/live-sandbox.ts';
import { describeAccess, describeListed } from './describe.ts';
import type { ControlCall, ControlContext } from './handler.ts';

/** GET /sandboxes/:id: everything that E2B tells about one sandbox. */
export function showSandbox(context: ControlContext, _call: ControlCall, sandbox: LiveSandbox): Reply {
  return {
    status: 200,
    body: {
      ...describeListed(sandbox, context.limits),
      ...describeAccess(sandbox, context.domain),
      allowInternetAccess: false,
      ...(sandbox.volumes.length === 0 ? {} : { volumeMounts: sandbox.volumes.map(toMount) }),
      lifecycle: { onTimeout: 'kill', autoResume: false },
    },
  };
}

function toMount({ name, mountPath }: NamedMount): Readonly<Record<string, string>> {
  return { name, path: mountPath };
}
