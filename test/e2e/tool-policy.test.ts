import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

const CHOICES = 'Allow it? [y] once, [a] always in this run, [n] no: ';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({
    'package.json': '{}',
    'log.ts': `
      import { iris } from 'iris-prime';
      for (let i = 1; i <= 4; i++) {
        await iris.logEvent('e', { i, text: '\\u001b[2J\\u009b1m' }).then(
          () => console.log('logged', i),
          (error) => console.log(i, error.name, error.code, error.hint),
        );
      }
    `,
  });
});
afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
});

function onTerminal(args: readonly string[], { dir, env }: Pick<Workspace, 'dir' | 'env'> = space): Terminal {
  return openTerminal([process.execPath, '--', IRIS_BIN, 'run', ...args], { cwd: dir, env });
}

describe('a call that somebody has to agree to', () => {
  test('is asked for at the terminal: once, never, or always from then on', async () => {
    using terminal = onTerminal(['--ask-tool', 'write', 'log.ts']);

    await terminal.see('iris: the script wants to call telemetry_log (write)\n  event: "e"\n');
    await terminal.see('text: "\\u001b[2J\uFFFD1m" }\n');
    await terminal.see(CHOICES);
    terminal.type('y\n');
    await terminal.see(CHOICES);
    terminal.type('what?\n');
    await terminal.see('Answer y, a or n: ');
    terminal.type('n\n');
    await terminal.see(CHOICES);
    terminal.type('a\n');
    const { shown, exitCode } = await terminal.ended;

    expect(shown.split(CHOICES)).toHaveLength(4);
    expect(shown.match(/^(?:logged )?\d.*/gm)).toEqual([
      'logged 1',
      '2 IrisToolError IRIS_FORBIDDEN Do without it, or run again and agree to it.',
      'logged 3',
      'logged 4',
    ]);
    expect(exitCode).toBe(0);
  });

  test('gets the next line, and the script all others', async () => {
    await space.write({
      'read.ts': `
        import { iris } from 'iris-prime';
        process.stdin.on('data', (data) => {
          console.log('read', JSON.stringify(String(data)));
          if (String(data) === 'third\\n') process.exit(0);
        });
        console.log('ready');
        process.stdin.once('data', async () => {
          await iris.logEvent('e');
          console.log('logged');
        });
      `,
    });
    using terminal = onTerminal(['--ask-tool', 'write', 'read.ts']);

    await terminal.see('ready');
    terminal.type('first\n');
    await terminal.see(CHOICES);
    terminal.type('y\n');
    await terminal.see('logged');
    terminal.type('third\n');
    const { shown, exitCode } = await terminal.ended;

    expect(shown.match(/^read .*/gm)).toEqual(['read "first\\n"', 'read "third\\n"']);
    expect(exitCode).toBe(0);
  });

  test('is asked for while the script prints, which shows only afterwards', async () => {
    await space.write({
      'noise.ts': `
        import { iris } from 'iris-prime';
        const noise = setInterval(() => process.stdout.write('NOISE\\u001b[2J'), 5);
        await iris.logEvent('e');
        clearInterval(noise);
      `,
    });
    using terminal = onTerminal(['--ask-tool', 'write', 'noise.ts']);

    await terminal.see(CHOICES);
    await new Promise((resolve) => setTimeout(resolve, 300));
    terminal.type('y\n');
    const { shown } = await terminal.ended;

    expect(shown).toContain(`${CHOICES}y\nNOISE`);
  });

  test('ends with the run on Ctrl-C', async () => {
    using terminal = onTerminal(['--ask-tool', 'write', 'log.ts']);

    await terminal.see(CHOICES);
    terminal.type('\u0003');
    const { shown, exitCode } = await terminal.ended;

    expect(exitCode).toBe(130);
    expect(shown).not.toContain('logged');
  });

  test('is asked for without a daemon, too', async () => {
    await using own = await openWorkspace();
    await own.write({
      'log.ts': `import { iris } from 'iris-prime'; await iris.logEvent('e'); console.log('logged');`,
    });
    using terminal = onTerminal(['--no-daemon', '--ask-tool', 'write', 'log.ts'], own);

    await terminal.see(CHOICES);
    terminal.type('y\n');
    await terminal.see('logged');

    expect((await terminal.ended).exitCode).toBe(0);
  });

  test('is refused at once where there is no terminal, unless a flag allows it beforehand', async () => {
    const env = { ...space.env, IRIS_TOOLS_ASK: 'telemetry' };
    const refused = await space.iris(['run', 'log.ts'], { env });
    const allowed = await space.iris(['run', '--allow-tool', 'telemetry_log', 'log.ts'], { env });

    expect(String(refused.stdout)).toMatch(
      /^1 IrisToolError IRIS_FORBIDDEN Run the script at a terminal, or allow it with --allow-tool telemetry_log /,
    );
    expect(String(allowed.stdout)).toBe('logged 1\nlogged 2\nlogged 3\nlogged 4\n');
  });
});

describe('the policy of a run', () => {
  test.each([
    ['CI', [], { CI: 'true' }],
    ['a program that reads JSON', ['--json'], {}],
  ])('asks nobody at the terminal of %s', async (_who, args, env) => {
    const at = { dir: space.dir, env: { ...space.env, ...env } };
    using terminal = onTerminal([...args, '--ask-tool', 'write', 'log.ts'], at);
    const { shown, exitCode } = await terminal.ended;

    expect(shown).toContain('1 IrisToolError IRIS_FORBIDDEN');
    expect(shown).not.toContain('Allow it?');
    expect(exitCode).toBe(0);
  });

  test('refuses what the project denies, whatever the flags allow', async () => {
    await using own = await openWorkspace();
    await own.write({
      '.irisrc': 'tools: { deny: [telemetry_log] }',
      'log.ts': `
        import { iris } from 'iris-prime';
        await iris.logEvent('e').catch((error) => console.log(error.code, error.message));
        console.log((await iris.searchTools('log an event')).some(({ name }) => name === 'telemetry_log'));
      `,
    });

    const { stdout } = await own.iris(['run', '--allow-tool', '*', 'log.ts']);

    expect(String(stdout)).toMatch(
      /^IRIS_FORBIDDEN telemetry_log may not be called in this run: tools\.deny of the project has "telemetry_log".*\nfalse\n$/,
    );
  });

  test('ends with the budget of the configuration', async () => {
    const { stdout } = await space.iris(['run', 'log.ts'], {
      env: { ...space.env, IRIS_TOOLS_MAX_CALLS: '3' },
    });

    expect(String(stdout)).toMatch(
      /^logged 1\nlogged 2\nlogged 3\n4 IrisToolError IRIS_LIMIT_EXCEEDED .*tools\.maxCalls/,
    );
  });

  test('is refused where a rule names nothing, before anything runs', async () => {
    const { exitCode, stderr } = await space.iris(['run', '--deny-tool', 'telemetri', 'log.ts']);

    expect(exitCode).toBe(64);
    expect(String(stderr)).toBe(
      'iris: --deny-tool is "telemetri", which names no tool, group or effect\n  Did you mean "telemetry"?\n',
    );
  });
});
