import { E2B } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { until } from '../support/until.ts';

let host: EmbeddedHost;
let sandbox: Awaited<ReturnType<E2B['Sandbox']['create']>>;
beforeAll(async () => {
  host = await openRealHost();
  const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  sandbox = await e2b.Sandbox.create();
});
afterAll(() => host[Symbol.asyncDispose]());

/** A shell at a terminal; `type` waits until `shows` appears on the screen after what was typed. */
async function openShell(options: { cols?: number; rows?: number; envs?: Record<string, string> } = {}) {
  const chunks: Buffer[] = [];
  const screen = () => Buffer.concat(chunks).toString('latin1');
  const handle = await sandbox.pty.create({
    cols: options.cols ?? 80,
    rows: options.rows ?? 24,
    timeoutMs: 0,
    envs: { PS1: 'READY> ', ...options.envs },
    onData: (bytes) => void chunks.push(Buffer.from(bytes)),
  });
  const type = async (text: string, shows: string | RegExp) => {
    const before = screen().length;
    await sandbox.pty.sendInput(handle.pid, Buffer.from(text));
    await until(`${String(shows)} in ${JSON.stringify(screen().slice(before))}`, () => {
      const shown = screen().slice(before);
      return typeof shows === 'string' ? shown.includes(shows) : shows.test(shown);
    });
    return screen().slice(before);
  };
  await type('', '$ ').catch(() => undefined);
  return { handle, type, screen };
}

test('a shell at a terminal sees the size, the type and its own device', async () => {
  const { handle, type } = await openShell({ cols: 101, rows: 33 });

  const shown = await type('stty size; echo "$TERM:$USER:$PWD"; tty; echo en""d\n', 'end\r');

  expect(shown).toContain('33 101');
  expect(shown).toContain('xterm-256color:user:/home/user');
  expect(shown).toMatch(/\/dev\/pts\/\d+/);
  expect(await handle.kill()).toBe(true);
});
