import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { daemonPaths } from '../../../src/daemon/client/paths.ts';

describe('daemonPaths()', () => {
  test('follows IRIS_STATE_DIR, then XDG_STATE_HOME, then the home', () => {
    expect(daemonPaths({ HOME: '/h' }, 1).stateDir).toBe('/h/.local/state/iris');
    expect(daemonPaths({ HOME: '/h', XDG_STATE_HOME: '/s' }, 1).stateDir).toBe('/s/iris');
    expect(daemonPaths({ HOME: '/h', XDG_STATE_HOME: '/s', IRIS_STATE_DIR: '/i' }, 1).stateDir).toBe('/i');
  });

  test('keeps the socket within what a unix address can hold', () => {
    const deep = { HOME: `/${'very/long/'.repeat(20)}` };

    expect(Buffer.byteLength(daemonPaths(deep, 1000).socket)).toBeLessThanOrEqual(103);
    expect(daemonPaths(deep, 1000).socket).not.toBe(daemonPaths({ HOME: `${deep.HOME}x` }, 1000).socket);
  });

  test('takes an empty variable as one that is not set', () => {
    const env = { HOME: '/h', IRIS_STATE_DIR: '', XDG_STATE_HOME: '', IRIS_CACHE_DIR: '' };

    expect(daemonPaths(env, 1)).toMatchObject({
      stateDir: '/h/.local/state/iris',
      cacheDir: '/h/.cache/iris',
    });
  });

  test('asks the system for the home where HOME is not set', () => {
    expect(daemonPaths({}, 1).stateDir).toBe(join(homedir(), '.local/state/iris'));
  });
});
