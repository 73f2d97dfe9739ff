import { describe, expect, test } from 'vitest';
import { DiskGuard, type DiskSpace } from '../../../../src/host/sandboxes/disk-guard.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

interface Scene {
  readonly guard: DiskGuard;
  readonly killed: string[];
  readonly measured: string[];
  space: DiskSpace;
  readonly homes: Map<string, number>;
}

/** A disk of 100 GB; time does not pass. */
function scene(homes: Readonly<Record<string, number>>, isShared = false): Scene {
  const killed: string[] = [];
  const measured: string[] = [];
  const sizes = new Map(Object.entries(homes));
  const made: Scene = {
    killed,
    measured,
    homes: sizes,
    space: { freeBytes: 50 * GIB, totalBytes: 100 * GIB },
    guard: new DiskGuard({
      folder: '/state',
      homeBytes: GIB,
      everyMs: 2 ** 30,
      logger: () => undefined,
      sandboxes: () =>
        [...sizes.keys()].map((id) => ({
          id,
          folder: id,
          isShared,
          kill: () => {
            sizes.delete(id);
            killed.push(id);
            return Promise.resolve();
          },
        })),
      readSpace: () => Promise.resolve(made.space),
      measure: (folder) => {
        measured.push(folder);
        return Promise.resolve(sizes.get(folder) ?? 0);
      },
    }),
  };
  return made;
}

describe('DiskGuard', () => {
  test('ends the sandbox whose home holds more than its share', async () => {
    const on = scene({ small: MIB, large: 2 * GIB });
    await on.guard.look();
    on.space = { ...on.space, freeBytes: 48 * GIB };

    await on.guard.look();

    expect(on.killed).toEqual(['large']);
    on.guard[Symbol.dispose]();
  });

  test('measures nothing while the disk does not fill up', async () => {
    const on = scene({ a: MIB });
    await on.guard.look();
    on.measured.length = 0;
    on.space = { ...on.space, freeBytes: on.space.freeBytes + GIB };
    await on.guard.look();
    on.space = { ...on.space, freeBytes: on.space.freeBytes - MIB };

    await on.guard.look();

    expect(on.measured).toEqual([]);
    on.guard[Symbol.dispose]();
  });

  test('ends the largest when the disk is nearly full, though it is within its share', async () => {
    const on = scene({ a: MIB, b: 500 * MIB, c: 3 * MIB });
    on.space = { ...on.space, freeBytes: GIB / 2 };

    await on.guard.look();

    expect(on.killed).toEqual(['b']);
    on.guard[Symbol.dispose]();
  });

  test('notices what is written slowly', async () => {
    const on = scene({ slow: 2 * GIB });
    await on.guard.look();
    on.measured.length = 0;
    for (let step = 0; step < 20 && on.killed.length === 0; step += 1) {
      on.space = { ...on.space, freeBytes: on.space.freeBytes - MIB };
      await on.guard.look();
    }

    expect(on.killed).toEqual(['slow']);
    on.guard[Symbol.dispose]();
  });

  test('ends a sandbox that has a volume while it grows beyond its size, not one that only has a large one', async () => {
    const on = scene({ grows: 2 * GIB, rests: 3 * GIB, small: MIB }, true);
    await on.guard.look();
    on.homes.set('grows', 2 * GIB + 20 * MIB).set('small', 21 * MIB);
    on.space = { ...on.space, freeBytes: 49 * GIB };

    await on.guard.look();

    expect(on.killed).toEqual(['grows']);
    on.guard[Symbol.dispose]();
  });
});
