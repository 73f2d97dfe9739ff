import { attemptsProbe } from '../probe/attempts-probe.ts';
import type { RungProbe } from '../launch/rung.ts';

/** Tries what it must not be able to do and writes what came of each to descriptor 3. */
const SCRIPT = `
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const { spawnSync } = require('node:child_process');
const attempt = (action) => {
  try {
    action();
    return 'done';
  } catch (error) {
    return error.code ?? String(error);
  }
};
const write = (folder) => attempt(() => fs.rmdirSync(fs.mkdtempSync(folder + '/probe-')));
const listen = () => new Promise((resolve) => {
  const server = net.createServer().on('error', (error) => resolve(error.code));
  server.listen(0, '127.0.0.1', () => resolve('done'));
});
const connect = () => new Promise((resolve) => {
  const socket = net.connect({ path: '/nonexistent' }).on('error', (error) => resolve(error.code));
  socket.on('connect', () => resolve('done'));
});
const prctl = { x64: 157, arm64: 167 }[process.arch];
const asked = spawnSync('perl', ['-e', 'print join " ", map { syscall($ARGV[0] + 0, $_, 0, 0, 0, 0) } 39, 21', prctl]);
(async () => {
  const report = {
    listRoot: attempt(() => fs.readdirSync('/')),
    listProcesses: attempt(() => fs.readdirSync('/proc')),
    readPasswords: attempt(() => fs.readFileSync('/etc/passwd')),
    readDaemon: attempt(() => fs.readFileSync('/proc/' + process.argv[1] + '/environ')),
    signalDaemon: attempt(() => process.kill(Number(process.argv[1]), 0)),
    becomeRoot: attempt(() => process.setuid(0)),
    userNamespace: spawnSync('unshare', ['--user', 'true']).status === 0 ? 'done' : 'refused',
    listen: await listen(),
    connect: await connect(),
    shield: String(asked.stdout),
    home: write(os.homedir()),
    temporary: write(os.tmpdir()),
    ...Object.fromEntries(['/', '/etc', '/usr', '/tmp', '/var/tmp', '/dev/shm', os.homedir() + '/..']
      .map((folder) => ['write ' + folder, write(folder)])),
  };
  fs.writeSync(3, JSON.stringify(report));
})();
`;

/** How the rung without namespaces proves itself. */
export const LANDLOCK_PROBE: RungProbe = attemptsProbe({
  script: SCRIPT,
  minAttempts: 19,
  expected: {
    home: /^done$/,
    temporary: /^done$/,
    // NoNewPrivs is set, and a filter is active.
    shield: /^1 2$/,
    listen: /^EAFNOSUPPORT$/,
    connect: /^EAFNOSUPPORT$/,
  },
});
