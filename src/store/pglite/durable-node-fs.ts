import { fdatasyncSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** Emscripten's stream of an open file. */
interface FileStream {
  readonly nfd: number;
}

/** Files whose fsync reaches the disk: PGlite's own file system answers that call without doing it. */
export class DurableNodeFs extends NodeFS {
  override async init(...parameters: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const [database, options]: [PGlite, Parameters<NodeFS['init']>[1]] = parameters;
    const ready = await super.init(database, options);
    const { preRun } = ready.emscriptenOpts;
    const before = preRun === undefined ? [] : Array.isArray(preRun) ? preRun : [preRun];
    return {
      emscriptenOpts: { ...ready.emscriptenOpts, preRun: [...before, syncForReal] },
    };
  }
}

function syncForReal(module: unknown): void {
  const operations = streamOperationsOf(module);
  if (operations === undefined) throw new Error('This PGlite has no NODEFS whose fsync could be made real');
  operations['fsync'] = ({ nfd }: FileStream) => {
    fdatasyncSync(nfd);
    return 0;
  };
}

function streamOperationsOf(module: unknown): Record<string, unknown> | undefined {
  if (typeof module !== 'object' || module === null || !('NODEFS' in module)) return undefined;
  const { NODEFS: files } = module;
  if (typeof files !== 'object' || files === null || !('stream_ops' in files)) return undefined;
  const { stream_ops: operations } = files;
  return isRecord(operations) ? operations : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
