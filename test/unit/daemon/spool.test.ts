import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILD } from '../../../src/core/version.ts';
import { daemonPaths, type DaemonPaths } from '../../../src/daemon/client/paths.ts';
import { spoolRequest } from '../../../src/daemon/client/spool-request.ts';
import { Spool, type CheckedRequest } from '../../../src/daemon/spool.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const request = { build: BUILD, method: 'run', params: { script: 'x.ts' } } as const;

async function withPaths<T>(act: (paths: DaemonPaths) => Promise<T>): Promise<T> {
  await using dir = await tempDir();
  return await act(daemonPaths({ IRIS_STATE_DIR: dir.path }, 1));
}

test('a spooled request reaches the daemon that watches, once', () =>
  withPaths(async (paths) => {
    const seen: CheckedRequest[] = [];
    using spool = new Spool(paths, (_id, taken) => seen.push(taken));

    const spooled = spoolRequest(paths, request);
    await until('the request', () => seen.length === 1);

    expect(seen[0]).toMatchObject({ method: 'run', params: { script: 'x.ts' } });
    expect(spooled?.takeBack()).toBe(false);
    expect(spool.take(spooled?.id ?? '')).toBeUndefined();
    expect(readdirSync(paths.spool)).toEqual([]);
  }));

test('a request that nobody takes can be taken back, and lies there for its user alone', () =>
  withPaths(async (paths) => {
    mkdirSync(paths.spool, { mode: 0o700 });

    const spooled = spoolRequest(paths, request);
    const mode = statSync(join(paths.spool, spooled?.id ?? '')).mode & 0o777;

    expect(mode).toBe(0o600);
    expect(spooled?.takeBack()).toBe(true);
    await Promise.resolve();
    expect(readdirSync(paths.stateDir)).toEqual(['spool']);
  }));

test('without a spool there is nothing to leave a request on', () =>
  withPaths(async (paths) => {
    expect(spoolRequest(paths, request)).toBeUndefined();
    await Promise.resolve();
    expect(readdirSync(paths.stateDir)).toEqual([]);
  }));

test('Spool leaves a request of another build, and takes no part in what is not one', () =>
  withPaths(async (paths) => {
    mkdirSync(paths.spool);
    writeFileSync(join(paths.spool, '1-other'), JSON.stringify({ ...request, build: 'other' }));
    writeFileSync(join(paths.spool, '2-half'), '{"build":');
    writeFileSync(join(paths.stateDir, '3-outside'), JSON.stringify(request));
    using spool = new Spool(paths, () => undefined);

    expect(['1-other', '2-half', '../3-outside', '4-none', ''].map((id) => spool.take(id))).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
    await Promise.resolve();
    expect(readdirSync(paths.spool)).toEqual(['1-other', '2-half']);
  }));

test('Spool throws away at its start what dead clients left long ago', () =>
  withPaths(async (paths) => {
    mkdirSync(paths.spool);
    const files = [
      join(paths.spool, '1-old'),
      join(paths.stateDir, '.request-2'),
      join(paths.spool, '3-new'),
    ];
    for (const file of files) writeFileSync(file, '{}');
    for (const file of files.slice(0, 2)) utimesSync(file, 1, 1);

    new Spool(paths, () => undefined)[Symbol.dispose]();
    await Promise.resolve();

    expect(readdirSync(paths.stateDir)).toEqual(['spool']);
    expect(readdirSync(paths.spool)).toEqual(['3-new']);
  }));
