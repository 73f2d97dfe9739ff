import { E2B } from '@e2b/code-interpreter';
import { expect, test } from 'vitest';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import { openRealHost } from '../support/real-host.ts';
import { until } from '../support/until.ts';

test.for(['bubblewrap', 'util-linux', 'none'] as const)('%s has terminals', async (rung, { skip }) => {
  const isolation = await chooseIsolation({ wanted: rung }).catch(() => undefined);
  skip(isolation === undefined, `this machine has no ${rung}`);
  if (!isolation) return;
  await using host = await openRealHost({ isolation });
  const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  const sandbox = await e2b.Sandbox.create();
  let screen = '';
  const handle = await sandbox.pty.create({
    cols: 90,
    rows: 30,
    timeoutMs: 0,
    onData: (bytes) => void (screen += Buffer.from(bytes).toString('latin1')),
  });

  await sandbox.pty.sendInput(handle.pid, Buffer.from('stty size; echo $-; sleep 1000\n'));
  await until('the size', () => screen.includes('30 90\r'));
  await sandbox.pty.resize(handle.pid, { cols: 91, rows: 31 });
  await sandbox.pty.sendInput(handle.pid, Buffer.from('\x03'));
  await sandbox.pty.sendInput(handle.pid, Buffer.from('stty size; exit 5\n'));

  await expect(handle.wait()).rejects.toMatchObject({ exitCode: 5 });
  expect(screen).toContain('31 91\r');
  // Job control needs a controlling terminal.
  expect(screen).toMatch(/\r\n\w*m\w*\r\n/);
});
