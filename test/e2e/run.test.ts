import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

/** Somebody's service on this machine. */
async function serveOnLoopback(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

describe('iris run', () => {
  test('prints what the script prints and nothing else on stdout', async () => {
    await space.write({ 'hello.ts': 'const n: number = 42;\nconsole.log(`hello ${n}`);\n' });

    const result = await space.iris(['run', 'hello.ts']);

    expect(result.stdout).toBe('hello 42\n');
    expect(result.exitCode).toBe(0);
  });

  test('says nothing on stderr when the sandbox is warm', async () => {
    await space.write({ 'warm.ts': 'console.log(1)' });
    await space.iris(['run', 'warm.ts']);

    const result = await space.iris(['run', 'warm.ts']);

    expect(result.stderr).toBe('');
  });

  test('keeps stdout and stderr apart', async () => {
    await space.write({ 'both.ts': 'console.log("out"); console.error("err");' });

    const result = await space.iris(['run', 'both.ts']);

    expect([result.stdout, result.stderr]).toEqual(['out\n', 'err\n']);
  });

  test('passes the exit code of the script through', async () => {
    await space.write({ 'seven.ts': 'process.exit(7)' });

    expect((await space.iris(['run', 'seven.ts'])).exitCode).toBe(7);
  });

  test('passes on everything after the script, flags included', async () => {
    await space.write({ 'args.ts': 'console.log(JSON.stringify(process.argv.slice(2)))' });

    const result = await space.iris(['run', 'args.ts', '-v', '--timeout', '1', 'a b', '', '--', 'ü']);

    expect(JSON.parse(String(result.stdout))).toEqual(['-v', '--timeout', '1', 'a b', '', '--', 'ü']);
  });

  test('passes piped stdin on, byte for byte', async () => {
    await space.write({
      'sha.ts': `import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
        const hash = createHash('sha256');
        for await (const chunk of process.stdin) hash.update(chunk);
        console.log(hash.digest('hex'));`,
    });
    const input = Buffer.alloc(3_000_000, 'äbc\x00\xff', 'latin1');

    const result = await space.iris(['run', 'sha.ts'], { stdin: 'pipe', input });

    expect(String(result.stdout).trim()).toBe(createHash('sha256').update(input).digest('hex'));
  });

  test('passes on variables and env files, and no others', async () => {
    await space.write({
      'env.ts':
        'const { A, B, C, SECRET, E2B_API_KEY } = process.env; console.log([A, B, C, SECRET, E2B_API_KEY].join())',
      'my.env': 'B=file\nA=file\n# note\n',
    });
    const env = { ...space.env, C: 'mine', SECRET: 'no' };

    const result = await space.iris(['run', '-e', 'A=flag', '--env-file', 'my.env', '-e', 'C', 'env.ts'], {
      env,
    });

    expect(result.stdout).toBe('flag,file,mine,,\n');
  });

  test('streams 50 MB to a slow reader without changing a byte or adding a word', async () => {
    await space.write({
      'flood.ts': `import { createHash } from 'node:crypto';
        const hash = createHash('md5');
        const block = Buffer.alloc(1_000_000);
        for (let i = 0; i < 50; i++) {
          for (let at = 0; at < block.length; at++) block[at] = (at * 31 + i * 7) & 255;
          hash.update(block);
          if (!process.stdout.write(block)) await new Promise((next) => process.stdout.once('drain', next));
        }
        console.error(hash.digest('hex'));`,
    });

    const pipe = `"${process.execPath}" "${IRIS_BIN}" run flood.ts | { sleep 1; md5sum; }`;
    const piped = await execa('sh', ['-c', pipe], { cwd: space.dir, env: space.env, extendEnv: false });

    expect(piped.stdout.split(' ')[0]).toBe(piped.stderr.trim());
  });

  test('shows output as it appears', async () => {
    await space.write({
      'slow.ts': 'process.stdout.write("first"); await new Promise((next) => setTimeout(next, 60_000));',
    });

    const running = space.iris(['run', 'slow.ts']);
    const [first] = await new Promise<[Buffer]>((resolve) =>
      running.stdout?.once('data', (chunk) => resolve([chunk])),
    );
    running.kill('SIGTERM');

    expect(String(first)).toBe('first');
    expect((await running).exitCode).toBe(143);
  });

  test('ends quietly when nobody reads its output', async () => {
    await space.write({
      'yes.ts':
        'for (;;) if (!process.stdout.write("y\\n".repeat(1000))) await new Promise((n) => process.stdout.once("drain", n));',
    });

    const piped = await execa(
      'bash',
      ['-c', `"${process.execPath}" "${IRIS_BIN}" run yes.ts | head -n 2; echo "\${PIPESTATUS[0]}"`],
      { cwd: space.dir, env: space.env, extendEnv: false },
    );

    expect(piped.stdout).toBe('y\ny\n141');
    expect(piped.stderr).toBe('');
  });

  test('shows the original file and line of a thrown error', async () => {
    await space.write({
      'lib/deep.ts':
        'interface Unused {\n  a: string;\n}\nexport function fail(): never {\n  throw new Error("boom");\n}\n',
      'throws.ts': "type A = 1;\n\nimport { fail } from './lib/deep.ts';\nfail();\n",
    });

    const result = await space.iris(['run', 'throws.ts']);

    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`${space.dir}/lib/deep.ts:5:9`);
    expect(result.stderr).toContain(`${space.dir}/throws.ts:4:1`);
    expect(result.stderr).toContain('throw new Error("boom")');
  });

  test('keeps files between runs of one sandbox, and --new starts from nothing', async () => {
    await space.write({
      'put.ts': "import { writeFileSync } from 'node:fs'; writeFileSync('kept.txt', 'kept');",
      'get.ts': "import { existsSync } from 'node:fs'; console.log(existsSync('kept.txt'));",
    });

    await space.iris(['run', 'put.ts']);

    expect((await space.iris(['run', 'get.ts'])).stdout).toBe('true\n');
    expect((await space.iris(['run', '--new', '--rm', 'get.ts'])).stdout).toBe('false\n');
    expect((await space.iris(['run', '--sandbox', 'other', 'get.ts'])).stdout).toBe('false\n');
  });

  test('sends included files along under the same path', async () => {
    await space.write({
      'data/one.json': '{"a":1}',
      'data/deep/two.txt': 'two',
      'src/read.ts': `import { readFileSync } from 'node:fs';
        console.log(readFileSync('data/deep/two.txt', 'utf8'), readFileSync(new URL('../data/one.json', import.meta.url), 'utf8'));`,
    });

    const result = await space.iris(['run', '--include', 'data/**', 'src/read.ts']);

    expect(result.stdout).toBe('two {"a":1}\n');
  });

  test('runs in the directory that --cwd names', async () => {
    await space.write({ 'cwd.ts': 'console.log(process.cwd())' });

    expect((await space.iris(['run', '--cwd', '/tmp', 'cwd.ts'])).stdout).toBe('/tmp\n');
  });

  test('stops a script at its time limit with exit code 124', async () => {
    await space.write({ 'forever.ts': 'setInterval(() => {}, 1000); console.log("on")' });

    const result = await space.iris(['run', '--timeout', '1s', 'forever.ts']);

    expect(result.exitCode).toBe(124);
    expect(result.stdout).toBe('on\n');
    expect(result.stderr).toContain('stopped after 1s');
  });

  test('gives the first Ctrl-C to the script and keeps its exit code', async () => {
    await space.write({
      'trap.ts':
        'process.on("SIGINT", () => { console.log("caught"); process.exit(3); }); console.log("ready"); setInterval(() => {}, 1000);',
    });

    const running = space.iris(['run', 'trap.ts']);
    running.stdout?.once('data', () => running.kill('SIGINT'));
    const result = await running;

    expect([result.stdout, result.exitCode]).toEqual(['ready\ncaught\n', 3]);
  });

  test('ends at once on the second Ctrl-C, and so does the script', async () => {
    await space.write({
      'stubborn.ts':
        'process.on("SIGINT", () => console.log("no")); console.log("ready"); setInterval(() => {}, 1000);',
    });

    const running = space.iris(['run', 'stubborn.ts']);
    running.stdout?.on('data', () => running.kill('SIGINT'));
    const result = await running;

    expect(result.exitCode).toBe(130);
  });

  test('prints versioned NDJSON with --json, the exit last', async () => {
    await space.write({
      'json.ts': 'console.log("hé"); process.stderr.write(Buffer.from([0xff, 0xfe])); process.exit(2)',
    });

    const result = await space.iris(['run', '--json', 'json.ts']);
    const events = String(result.stdout)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(events.every((event) => event.v === 1)).toBe(true);
    expect(events).toContainEqual({ v: 1, type: 'stdout', data: 'hé\n', encoding: 'utf8' });
    const errors = events.filter((event) => event.type === 'stderr');
    expect(Buffer.concat(errors.map((event) => Buffer.from(event.data, event.encoding)))).toEqual(
      Buffer.from([0xff, 0xfe]),
    );
    expect(events.at(-1)).toMatchObject({ type: 'exit', origin: 'script', code: 2 });
    expect(result.exitCode).toBe(2);
  });

  test('runs without a daemon when asked, and leaves none behind', async () => {
    await using own = await openWorkspace();
    await own.write({ 'hello.ts': 'console.log("alone", process.argv[2])' });

    const result = await own.iris(['run', '--no-daemon', 'hello.ts', 'x']);

    expect([result.stdout, result.exitCode]).toEqual(['alone x\n', 0]);
    expect((await own.iris(['daemon', 'status'])).stdout).toBe('not running\n');
  });

  test('without walls, warns on every run and leaves /home/user of this machine alone', async () => {
    await space.write({ 'home.ts': 'console.log(process.env["HOME"] === process.cwd(), process.argv[2])' });
    const before = existsSync('/home/user');

    const result = await space.iris(['run', '--isolation', 'none', 'home.ts', 'x']);

    expect([result.stdout, result.exitCode]).toEqual(['true x\n', 0]);
    expect(result.stderr).toContain('Isolation is off');
    expect(existsSync('/home/user')).toBe(before);
  });

  test('lets a script out with --net, but not to this machine', async () => {
    await using server = await serveOnLoopback();
    await space.write({
      'net.ts': `console.log(process.env.HTTP_PROXY !== undefined);
try { await fetch('http://127.0.0.1:${server.port}/'); console.log('reached'); } catch { console.log('closed'); }
try { await fetch('http://169.254.169.254/'); } catch (error: any) { console.log(error.cause.code); }`,
    });

    const [open, shut] = [await space.iris(['run', '--net', 'net.ts']), await space.iris(['run', 'net.ts'])];

    expect(open.stdout).toBe('true\nclosed\nEACCES\n');
    expect(shut.stdout).toBe('false\nclosed\nENETUNREACH\n');
  });

  test('says why a script without network failed', async () => {
    await space.write({ 'net.ts': 'await fetch("http://example.com/")' });

    const result = await space.iris(['run', 'net.ts']);

    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('This sandbox has no network');
  });
});

describe('iris run, before the script has started', () => {
  test('ends on Ctrl-C while the sandbox is being made', async () => {
    await using own = await openWorkspace();
    await own.write({ 'never.ts': 'console.log("ran")' });

    const running = own.iris(['run', 'never.ts']);
    running.stderr?.on('data', (text) => {
      if (String(text).includes('Preparing a sandbox')) running.kill('SIGINT');
    });
    const result = await running;

    expect([result.stdout, result.exitCode]).toEqual(['', 130]);
  });
});
