import type { ErrorJson } from '../core/errors.ts';

/** The wire of the bridge: one JSON text a line, in the manner of JSON-RPC. Its version grows when a field changes its meaning. */
export const BRIDGE_VERSION = 1;

/** A longer line is refused, whichever side it comes from. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** What a script sends. Ids are the caller's own and stay the same when a request is sent again. */
export type BridgeRequest =
  | {
      readonly method: 'hello';
      readonly params: { readonly version: typeof BRIDGE_VERSION; readonly token: string };
    }
  | { readonly id: string; readonly method: 'tools/call'; readonly params: CallParams }
  | { readonly id: string; readonly method: 'tools/list' }
  | { readonly id: string; readonly method: 'tools/search'; readonly params: { readonly query: string } }
  | { readonly id: string; readonly method: 'tools/describe'; readonly params: { readonly name: string } }
  | { readonly method: 'cancel'; readonly params: { readonly id: string } };

export interface CallParams {
  readonly name: string;
  readonly arguments: unknown;
  /** W3C trace context of the caller's own span. */
  readonly traceparent?: string | undefined;
}

/** What the host answers. */
export type BridgeReply =
  | { readonly id: string; readonly result: unknown }
  | { readonly id: string; readonly error: ErrorJson }
  /** The connection is of no use any more. */
  | { readonly id: null; readonly error: ErrorJson };
