import { attemptsProbe } from '../probe/attempts-probe.ts';
import type { RungProbe } from '../launch/rung.ts';

const SCRIPT = `
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const attempt = (action) => {
  try {
    action();
    return 'done';
  } catch (error) {
    return error.code ?? String(error);
  }
};
const write = (folder) => attempt(() => fs.rmdirSync(fs.mkdtempSync(folder + '/probe-')));
const settle = (emitter, event) => new Promise((resolve) => {
  emitter.once(event, () => resolve('done')).once('error', (error) => resolve(error.code));
});
(async () => {
  const report = {
    home: write(os.homedir()),
    listUsers: attempt(() => fs.readdirSync('/Users')),
    readPasswords: attempt(() => fs.readFileSync('/etc/master.passwd')),
    readHosts: attempt(() => fs.readFileSync('/etc/hosts')),
    signalDaemon: attempt(() => process.kill(Number(process.argv[1]), 0)),
    listen: await settle(net.createServer().listen(0, '127.0.0.1'), 'listening'),
    connect: await settle(net.connect(80, '192.0.2.1'), 'connect'),
    ...Object.fromEntries(['/tmp', '/var/tmp', '/Users/Shared', '/usr/local', os.homedir() + '/..']
      .map((folder) => ['write ' + folder, write(folder)])),
  };
  fs.writeSync(3, JSON.stringify(report));
  process.exit(0);
})();
`;

/** How the rung of macOS proves itself. */
export const SANDBOX_EXEC_PROBE: RungProbe = attemptsProbe({
  script: SCRIPT,
  minAttempts: 12,
  expected: { home: /^done$/ },
});
