import type { Reply } from '../http/reply.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { describeAccess, describeListed } from './describe.ts';
import type { ControlCall, ControlContext } from './handler.ts';

/** GET /sandboxes/:id: everything that E2B tells about one sandbox. */
export function showSandbox(context: ControlContext, _call: ControlCall, sandbox: LiveSandbox): Reply {
  return {
    status: 200,
    body: {
      ...describeListed(sandbox, context.limits),
      ...describeAccess(sandbox, context.domain),
      // Without walls the network of this machine is there, whatever was asked for.
      allowInternetAccess: sandbox.rung === 'none' || sandbox.network.allowInternetAccess,
      network: describeNetwork(sandbox),
      lifecycle: { onTimeout: 'kill', autoResume: false },
    },
  };
}

function describeNetwork({ network }: LiveSandbox): Readonly<Record<string, unknown>> {
  const { allowOut, denyOut, allowPublicTraffic, maskRequestHost } = network;
  return { allowOut, denyOut, allowPublicTraffic, ...(maskRequestHost !== undefined && { maskRequestHost }) };
}
