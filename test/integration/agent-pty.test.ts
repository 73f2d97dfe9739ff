import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EnvelopeDecoder, encodeEnvelope } from '../../src/core/connect-envelope.ts';
import { encodeStartRequest, type StartRequest } from '../../src/core/process-wire.ts';
import { collect, isAlive, TestAgent, until, type AgentBundle } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';

let bundle: AgentBundle;
let agent: TestAgent;
useAgent((opened) => ({ bundle, agent } = opened));

const PTY = { cols: 80, rows: 24 };
const PYTHON = '/usr/bin/python3';

function shellAtTerminal(command: string, request: Partial<StartRequest> = {}) {
  return agent.shell(command, { pty: PTY, ...request });
}

/** An agent that finds nothing but these programs. */
function agentWith(programs: Readonly<Record<string, string>>): TestAgent {
  const directory = path.join(agent.home, `bin-${Object.keys(programs).join('-')}-${Math.random()}`);
  mkdirSync(directory);
  for (const [name, content] of Object.entries(programs)) {
    const file = path.join(directory, name);
    if (content.startsWith('/')) symlinkSync(content, file);
    else {
      writeFileSync(file, content);
      chmodSync(file, 0o755);
    }
  }
  return new TestAgent(bundle.file, { PATH: directory });
}

const terminalPrograms: [string, string][] = [['perl', '/usr/bin/perl']];
if (existsSync(PYTHON)) terminalPrograms.push(['python3', PYTHON]);

test.each(terminalPrograms)(
  '%s makes a terminal with the size, environment and end of the command',
  async (name, file) => {
    const lone = agentWith({ [name]: file });
    const command =
      'export PATH=/usr/bin:/bin; stty size; echo "$HOME|$USER|$MINE|$EMPTY|"; ls -m /proc/$$/fd; kill -TERM $$';

    const { pty, end } = await lone.shell(command, { pty: PTY, envs: { MINE: 'a=b\nc', EMPTY: '' } });
    const plain = await lone.shell('export PATH=/usr/bin:/bin; ls -m /proc/$$/fd');
    const missing = await lone.run({ cmd: 'no-such-command', pty: PTY });
    const denied = await lone.run({ cmd: '/etc/passwd', pty: PTY });
    await lone.close();

    // The same descriptors as without a terminal.
    expect(pty).toBe(`24 80\r\n${lone.home}|user|a=b\r\nc||\r\n${plain.stdout.trim()}\r\n`);
    expect(end).toMatchObject({ exited: false, status: 'signal: terminated' });
    expect(missing.error?.code).toBe('not_found');
    expect(missing.error?.message).toContain('executable file not found in $PATH');
    expect(denied.error?.code).toBe('permission_denied');
  },
);

test.each(terminalPrograms)('%s leaves the signals of the command as they were', async (name, file) => {
  const lone = agentWith({ [name]: file });

  const { pty } = await lone.shell('/bin/grep SigIgn /proc/self/status', { pty: PTY });
  await lone.close();

  expect(pty.trim()).toBe('SigIgn:\t0000000000000000');
});

test('a sandbox without a program that can make one says so, and starts other processes', async () => {
  const lone = agentWith({});

  const { error } = await lone.shell('true', { pty: PTY });
  const { end } = await lone.shell('exit 4');
  await lone.close();

  expect(error).toEqual({
    code: 'unimplemented',
    message: 'a pty needs perl or python3, and this sandbox has neither',
  });
  expect(end?.exitCode).toBe(4);
});

test.each([
  ['ends at once', '#!/bin/sh\nexit 3\n'],
  ['talks nonsense', '#!/bin/sh\nprintf "terminal ../../x\\nterminal 99999999999\\nfoo" >&4\n'],
  ['names a terminal that is not there', '#!/bin/sh\nprintf "terminal 99999\\n" >&4\nread answer <&4\n'],
  ['is no program', 'nothing'],
])('a helping program that %s fails the start and nothing else', async (_name, perl) => {
  const lone = agentWith({ perl });

  const { error, pid } = await lone.shell('true', { pty: PTY });
  const health = await lone.ask('/health');
  await lone.close();

  expect([error?.code, pid]).toEqual(['unavailable', 0]);
  expect(health.status).toBe(204);
});

test('killing the helping program fails the start', async () => {
  const lone = agentWith({ perl: '#!/bin/sh\nexec /bin/sleep 60\n' });
  const result = lone.shell('true', { pty: PTY });
  const children = `/proc/${lone.child.pid}/task/${lone.child.pid}/children`;
  const helper = () =>
    readFileSync(children, 'utf8')
      .split(' ')
      .find((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('/bin/sleep'));
  await until(() => helper() !== undefined);

  process.kill(Number(helper()), 'SIGKILL');

  expect((await result).error?.code).toBe('unavailable');
  await lone.close();
});

test('variables of the request do not reach the helping program', async () => {
  const { pty, end } = await shellAtTerminal('echo "$PERL5OPT"', {
    envs: { PERL5OPT: '-Mno_such_module', PERL5LIB: '/nowhere' },
  });

  expect([pty, end?.exitCode]).toEqual(['-Mno_such_module\r\n', 0]);
});

test('events of a terminal are at most 16 KiB each, and all output comes before the end', async () => {
  const message = {
    process: { cmd: 'sh', args: ['-c', 'stty -onlcr; head -c 300000 /dev/zero | tr "\\0" x'] },
    pty: { size: PTY },
  };
  for (let round = 0; round < 5; round += 1) {
    const { body } = await agent.ask('/process.Process/Start', {
      method: 'POST',
      headers: { 'content-type': 'application/connect+json' },
      body: encodeEnvelope(0, Buffer.from(JSON.stringify(message))),
    });
    const events = new EnvelopeDecoder(100_000)
      .push(body)
      .map(({ payload }) => JSON.parse(payload.toString()).event);
    const sizes = events.flatMap((event) =>
      event?.data ? [Buffer.from(event.data.pty, 'base64').length] : [],
    );

    expect(sizes.reduce((total, size) => total + size, 0)).toBe(300_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16_384);
    expect(events.at(-2)?.end).toMatchObject({ exitCode: 0 });
  }
});

test('a client that does not read its terminal holds the program back', async () => {
  const body = encodeEnvelope(
    0,
    encodeStartRequest({
      cmd: 'sh',
      args: ['-c', 'i=0; while :; do head -c 65536 /dev/zero; i=$((i+1)); echo $i > pty-progress; done'],
      envs: {},
      hasStdin: false,
      pty: PTY,
    }),
  );
  const response = await agent.open('/process.Process/Start', {
    method: 'POST',
    headers: { 'content-type': 'application/connect+proto' },
    body,
  });
  const file = path.join(agent.home, 'pty-progress');
  let last = '';
  let sameTimes = 0;

  await until(async () => {
    await agent.ask('/health');
    const now = existsSync(file) ? readFileSync(file, 'utf8') : '';
    sameTimes = now !== '' && now === last ? sameTimes + 1 : 0;
    last = now;
    return sameTimes > 30;
  });

  expect(Number(last) * 65_536).toBeLessThan(8_000_000);
  const [running] = JSON.parse((await agent.call('List', {})).body.toString()).processes;
  await agent.call('SendSignal', { process: { pid: running.pid }, signal: 'SIGNAL_SIGKILL' });
  expect((await collect(response)).end?.status).toBe('signal: killed');
  expect(isAlive(running.pid)).toBe(false);
});

test('a background job of a terminal does not hold up the end', async () => {
  const { pty, end } = await shellAtTerminal('trap "" HUP; sleep 30 & echo $!; exit 6');

  expect(end?.exitCode).toBe(6);
  process.kill(Number(pty.trim()), 'SIGKILL');
}, 5000);

test('terminals leave no descriptor open in the agent, whether they work or fail', async () => {
  const count = () => readdirSync(`/proc/${agent.child.pid}/fd`).length;
  await shellAtTerminal('true');
  const before = count();

  for (let round = 0; round < 20; round += 1) {
    await Promise.all([
      shellAtTerminal(`exit ${round}`),
      agent.run({ cmd: 'no-such-command', pty: PTY }),
      shellAtTerminal('true', { cwd: '/no/such' }),
    ]);
  }

  await until(() => count() <= before);
});
