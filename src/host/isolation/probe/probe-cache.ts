import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import type { HostFacts } from '../machine/host-facts.ts';
import type { ProbedRung } from '../launch/launcher.ts';
import type { Machine } from '../machine/machine.ts';

/** What a probe found out, worth keeping until something about the machine changes. */
export interface Finding {
  readonly rung: ProbedRung;
  readonly reason: string;
  readonly canDisableUserns: boolean;
}

const KEY_VERSION = 2;
const PROBED_RUNGS: readonly ProbedRung[] = ['bubblewrap', 'util-linux', 'landlock', 'sandbox-exec'];

/** Everything that a probe's result depends on, as one string. */
export async function probeKey(wanted: string, machine: Machine, facts: HostFacts): Promise<string> {
  const [bootId, node] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    stat(machine.nodeFile).catch(() => undefined),
  ]);
  return JSON.stringify([
    KEY_VERSION,
    wanted,
    release(),
    bootId.trim(),
    process.getuid?.(),
    [machine.nodeFile, node?.size, node?.mtimeMs],
    machine.tools,
    machine.rootEntries,
    facts,
  ]);
}

/** The finding that was kept under this key, if any; an unreadable cache is an empty one. */
export async function readFinding(cacheFile: string, key: string): Promise<Finding | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(cacheFile, 'utf8'));
    if (!isRecord(value) || value['key'] !== key) return undefined;
    const { finding } = value;
    return isFinding(finding) ? finding : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a finding; a cache that cannot be written costs a probe at the next start, nothing else. */
export async function writeFinding(cacheFile: string, key: string, finding: Finding): Promise<void> {
  const draft = `${cacheFile}.${process.pid}`;
  try {
    await writeFile(draft, JSON.stringify({ key, finding }), { mode: 0o600 });
    await rename(draft, cacheFile);
  } catch {
    // Probing again is always right.
  }
}

function isFinding(value: unknown): value is Finding {
  return (
    isRecord(value) &&
    PROBED_RUNGS.some((rung) => rung === value['rung']) &&
    typeof value['reason'] === 'string' &&
    typeof value['canDisableUserns'] === 'boolean'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
