import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program written for E2B needs in its environment to use the embedded host. */
export interface HostVariables {
  readonly E2B_API_URL: string;
  readonly E2B_SANDBOX_URL: string;
  readonly E2B_VOLUME_API_URL: string;
  readonly E2B_API_KEY: string;
}

export interface HostRecord {
  readonly pid: number;
  readonly variables: HostVariables;
}

const FILE_NAME = 'host.json';

/** Notes the host that serves now, for `iris host env`. The file holds the key, so it is its user's alone. */
export function writeHostRecord(stateDir: string, record: HostRecord): Disposable {
  const file = join(stateDir, FILE_NAME);
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
  return {
    [Symbol.dispose]: () => {
      if (readHostRecord(stateDir)?.pid === record.pid) rmSync(file, { force: true });
    },
  };
}

/** The host that serves now; undefined when there is none, or when it has died. */
export function readHostRecord(stateDir: string): HostRecord | undefined {
  const record = toRecord(readText(join(stateDir, FILE_NAME)));
  return record !== undefined && isAlive(record.pid) ? record : undefined;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The file is this user's own, yet an older iris may have written it. */
function toRecord(text: string): HostRecord | undefined {
  try {
    const { pid, variables }: Partial<HostRecord> = JSON.parse(text);
    return typeof pid === 'number' && typeof variables?.E2B_API_KEY === 'string'
      ? { pid, variables }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
