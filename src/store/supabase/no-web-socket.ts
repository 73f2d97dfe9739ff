/** Stands in for the WebSocket that supabase-js asks for on Node 20, and that iris never opens. */
export class NoWebSocket {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly readyState = 3;
  readonly url = '';
  readonly protocol = '';
  readonly onopen = null;
  readonly onmessage = null;
  readonly onclose = null;
  readonly onerror = null;

  close(): void {}

  send(): void {
    throw new Error('iris opens no WebSocket to Supabase');
  }

  addEventListener(): void {}

  removeEventListener(): void {}
}
