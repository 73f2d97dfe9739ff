import type { SandboxProvider } from '../sandbox/sandbox.ts';
import type { LiveSandbox } from './live-sandboxes.ts';
import type { SandboxWish } from './sandbox-wish.ts';

/** Puts the headers of a run in place where its sandbox has others: it was resumed, or a variable has changed since. */
export async function injectHeaders(
  provider: Pick<SandboxProvider, 'inject'>,
  live: LiveSandbox,
  { injected, hasNetwork }: Pick<SandboxWish, 'injected' | 'hasNetwork'>,
): Promise<void> {
  if (injected === undefined || live.injectedVersion === injected.version) return;
  await provider.inject?.(live.sandbox.id, { allowInternetAccess: hasNetwork, injected });
  live.injectedVersion = injected.version;
}
