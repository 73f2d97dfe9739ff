import type { SandboxCopyParams } from '../../contract/sandbox-request.ts';
import type { CopyReport } from '../../contract/sandbox-wire.ts';
import type { CopyCounts } from '../../core/copy/copy-wire.ts';
import { keepAwake } from '../exec-in-sandbox.ts';
import type { FoundSandbox } from '../find-sandbox.ts';
import { copyIn } from './copy-in.ts';
import { copyOut, copyToStream } from './copy-out.ts';
import { skippedWords } from './copy-words.ts';

/** The live connection between a copy and whoever asked for it. */
export interface CopyIo {
  readonly signal: AbortSignal;
  readonly stdin: () => AsyncIterable<Buffer>;
  /** Waits until the other end keeps up. */
  readonly stdout: (bytes: Buffer) => Promise<void>;
  readonly onCounts: (counts: Pick<CopyCounts, 'files' | 'bytes'>) => void;
}

interface CopyParts extends CopyIo {
  readonly copierFile: string;
  /** How long the sandbox lives on when it is over. */
  readonly idleMs: number;
}

/** Copies files between this machine and a sandbox, which stays awake meanwhile. */
export async function copyFiles(
  found: FoundSandbox,
  { copy, isNoClobber, umask }: SandboxCopyParams,
  { idleMs, copierFile, ...io }: CopyParts,
): Promise<CopyReport> {
  const { backend, listing, name } = found;
  const { endpoint } = await backend.provider.connect(listing.id, idleMs);
  using _awake = await keepAwake(found, idleMs);
  const place = { client: backend.client, endpoint, copierFile, signal: io.signal };
  const options = { ...io, isNoClobber, umask, sandbox: name };
  const { counts, skipped } =
    copy.direction === 'in'
      ? await copyIn(place, copy, options)
      : copy.to === null
        ? await copyToStream(place, copy.from, options)
        : await copyOut(place, { from: copy.from, to: { ...copy.to, name: copy.to.name } }, options);
  return { sandbox: { id: listing.id, name }, ...counts, skipped: skipped.map(skippedWords) };
}
