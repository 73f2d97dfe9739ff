/** What a sandbox says of itself; every part is checked on the host. */
export interface ProbeReport {
  readonly rootEntries: readonly string[];
  readonly networkInterfaces: readonly string[];
  readonly processCount: number;
  readonly status: string;
  readonly canCreateUserNamespace: boolean;
  readonly writableFolders: readonly string[];
}

/** Runs inside a sandbox and writes a ProbeReport to descriptor 3. */
export const PROBE_SCRIPT = `
const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const canWrite = (folder) => {
  try {
    fs.rmdirSync(fs.mkdtempSync(folder + '/probe-'));
    return true;
  } catch {
    return false;
  }
};
const interfaces = fs.readFileSync('/proc/net/dev', 'utf8').split('\\n').slice(2);
fs.writeSync(3, JSON.stringify({
  rootEntries: fs.readdirSync('/'),
  networkInterfaces: interfaces.filter(Boolean).map((line) => line.split(':')[0].trim()),
  processCount: fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length,
  status: fs.readFileSync('/proc/self/status', 'utf8'),
  canCreateUserNamespace: spawnSync('unshare', ['--user', 'true']).status === 0,
  writableFolders: ['/', '/etc', '/usr', '/dev', '/run', '/opt/iris', '/home/user', '/tmp'].filter(canWrite),
}));
`;
