import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, chownSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Runs a command with a Postgres server of its own at IRIS_TEST_DATABASE_URL, or says that this machine has none.
// Postgres refuses to run as root, so that root lends it the user "postgres" or, without one, "nobody".
const BIN_DIRS = ['/usr/lib/postgresql', '/usr/pgsql'];
const [command, ...args] = process.argv.slice(2);
const bin = findBin();
if (command === undefined) throw new Error('usage: with-postgres <command> [args...]');
if (bin === undefined) {
  process.stdout.write('skipped: no Postgres server is installed, so nothing runs on one\n');
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'iris-postgres-'));
const owner = process.getuid?.() === 0 ? userId() : undefined;
const port = await freePort();
if (owner !== undefined) chownSync(folder, owner, owner);
chmodSync(folder, 0o700);
const data = join(folder, 'data');
const asOwner = owner === undefined ? {} : { uid: owner, gid: owner };
const options = {
  ...asOwner,
  cwd: folder,
  stdio: 'pipe',
  env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
} as const;
execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'iris_test', '-A', 'trust', '-E', 'UTF8'], options);
// What it logs is read by nobody: a full pipe would stop it.
const server = spawn(
  join(bin, 'postgres'),
  ['-D', data, '-p', String(port), '-k', folder, '-c', 'max_connections=200'],
  { ...options, stdio: 'ignore' },
);
const url = `postgresql://iris_test@127.0.0.1:${port}/postgres`;
try {
  await untilReady(join(bin, 'pg_isready'), port);
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim();
  process.stdout.write(`${version}\n`);
  process.exitCode = await run(command, args, url);
} finally {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

function findBin(): string | undefined {
  const versions = BIN_DIRS.filter((dir) => existsSync(dir)).flatMap((dir) =>
    readdirSync(dir).map((version) => join(dir, version, 'bin')),
  );
  return versions.toSorted().findLast((dir) => existsSync(join(dir, 'initdb')));
}

function userId(): number {
  for (const user of ['postgres', 'nobody']) {
    try {
      return Number(execFileSync('id', ['-u', user], { encoding: 'utf8', stdio: 'pipe' }));
    } catch {
      continue;
    }
  }
  return 65_534;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return address !== null && typeof address === 'object' ? address.port : 0;
}

async function untilReady(isReady: string, atPort: number): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    try {
      execFileSync(isReady, ['-h', '127.0.0.1', '-p', String(atPort)], { stdio: 'ignore' });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('Postgres did not start within 20 s');
}

function run(program: string, words: readonly string[], databaseUrl: string): Promise<number> {
  const child = spawn(program, words, {
    stdio: 'inherit',
    env: { ...process.env, IRIS_TEST_DATABASE_URL: databaseUrl },
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
