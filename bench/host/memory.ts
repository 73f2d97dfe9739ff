import { readdirSync, readFileSync } from 'node:fs';

/** The processes inside these sandboxes, and their proportional share of memory. */
export function memoryOfSandboxes(ids: readonly string[]): {
  readonly processes: number;
  readonly bytes: number;
} {
  const marks = ids.map((id) => `E2B_SANDBOX_ID=${id}\0`);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const own = pids.filter((pid) => {
    const environ = readOrEmpty(`/proc/${pid}/environ`);
    return marks.some((mark) => environ.includes(mark));
  });
  const kib = own.map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return { processes: own.length, bytes: kib.reduce((sum, each) => sum + each, 0) * 1024 };
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
