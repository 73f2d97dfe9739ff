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
      // Without walls the network of this machine is there, whatever was asked for.
      allowInternetAccess: rungOf(context, sandbox.id) === 'none' || sandbox.spec.network.allowInternetAccess,
      network: describeNetwork(sandbox),
      lifecycle: { onTimeout, autoResume },
    },
  };
}

function describeNetwork({ spec }: KnownSandbox): Readonly<Record<string, unknown>> {
  const { allowOut, denyOut, allowPublicTraffic, maskRequestHost, httpsPorts } = spec.network;
  // JSON leaves out what is undefined.
  return { allowOut, denyOut, allowPublicTraffic, maskRequestHost, httpsPorts };
}

function rungOf({ registry }: ControlContext, sandboxId: string): string | undefined {
  return registry.get(sandboxId)?.rung;
}
