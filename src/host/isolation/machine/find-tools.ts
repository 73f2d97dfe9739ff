import { stat } from 'node:fs/promises';

/** The programs of the host that build sandboxes. */
export const TOOL_NAMES = [
  'bwrap',
  'unshare',
  'setpriv',
  'prlimit',
  'mount',
  'pivot_root',
  'perl',
  'sandbox-exec',
] as const;

export type ToolName = (typeof TOOL_NAMES)[number];

/** One program that was found; its size and time tell when it was replaced. */
export interface Tool {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export type Tools = Readonly<Partial<Record<ToolName, Tool>>>;

// Only folders that belong to root: a root daemon must not run what a user put into a PATH.
const FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin', '/usr/local/sbin'] as const;

/** Finds the programs in the system's own folders. */
export async function findTools(): Promise<Tools> {
  const found = await Promise.all(
    TOOL_NAMES.map(async (name) => {
      const tool = await findTool(name);
      return tool === undefined ? [] : [[name, tool] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

async function findTool(name: ToolName): Promise<Tool | undefined> {
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`;
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile() !== true) continue;
    return { path, sizeBytes: stats.size, modifiedMs: stats.mtimeMs };
  }
  return undefined;
}
