import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { descendants } from '../support/descendants.ts';
import { until } from '../support/until.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

interface Held {
  readonly rssBytes: number;
  readonly descriptors: number;
  /** Node processes below the daemon: agents, spares and scripts. */
  readonly agents: number;
}

async function heldBy(space: Workspace): Promise<Held> {
  const { pid, rssBytes } = JSON.parse(String((await space.iris(['daemon', 'status', '--json'])).stdout));
  return { rssBytes, descriptors: readdirSync(`/proc/${pid}/fd`).length, agents: descendants(pid).length };
}

describe('many runs', () => {
  test(
    '100 in a row and 20 at once leave no process, descriptor, file or memory behind',
    { timeout: 180_000 },
    async () => {
      await using space = await openWorkspace();
      await space.write({ 'x.ts': 'console.log(process.argv[2])' });
      for (let i = 0; i < 20; i++) await space.iris(['run', 'x.ts', String(i)]);
      const before = await heldBy(space);

      for (let i = 0; i < 100; i++)
        expect((await space.iris(['run', 'x.ts', String(i)])).stdout).toBe(`${i}\n`);
      const outputs = await Promise.all(
        Array.from({ length: 20 }, (_, i) => space.iris(['run', 'x.ts', String(i)])),
      );

      expect(outputs.map((result) => result.stdout)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}\n`));
      const after = await until('all that was opened to be closed', async () => {
        const held = await heldBy(space);
        return held.agents <= before.agents && held.descriptors <= before.descriptors + 4 ? held : undefined;
      });
      expect(after.rssBytes).toBeLessThan(before.rssBytes + 40_000_000);
      expect(readdirSync(space.temp)).toEqual([]);
    },
  );
});
