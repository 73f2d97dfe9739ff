import type { Reply } from '../http/reply.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import { describeAccess, describeListed } from './describe.ts';
import type { ControlCall, ControlContext } from './handler.ts';

/** GET /sandboxes/:id: everything that E2B tells about one sandbox. */
export function showSandbox(context: ControlContext, _call: ControlCall, sandbox: KnownSandbox): Reply {
  const { onTimeout, autoResume } = sandbox.spec.lifecycle;
  return {
    status: 200,
    body: {
      ...describeListed(sandbox, context.limits),
      ...describeAccess(sandbox, context.domain),
      allowInternetAccess: false,
      lifecycle: { onTimeout, autoResume },
    },
  };
}
