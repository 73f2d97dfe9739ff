import { E2B } from '@e2b/code-interpreter';
import { afterAll, beforeAll } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from './real-host.ts';

export type SdkSandbox = Awaited<ReturnType<E2B['Sandbox']['create']>>;

interface OpenedSandbox {
  readonly host: EmbeddedHost;
  readonly e2b: E2B;
  readonly sandbox: SdkSandbox;
}

/** Opens a real host and one sandbox of it by E2B's SDK before the first test of a file; closes both after the last. */
export function useSdkSandbox(take: (opened: OpenedSandbox) => void): void {
  let host: EmbeddedHost | undefined;
  beforeAll(async () => {
    host = await openRealHost();
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    take({ host, e2b, sandbox: await e2b.Sandbox.create() });
  });
  afterAll(() => host?.[Symbol.asyncDispose]());
}
