import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TestAgent } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';
import { until } from '../support/until.ts';

let agent: TestAgent;
useAgent((opened) => ({ agent } = opened));

/** Runs a script in the spare and returns what came of it; plain Node has nothing on descriptor 3 to write to. */
async function run(text: string) {
  const guarded = `import { writeSync as probe } from 'node:fs'; try { probe(3, ''); } catch { process.exit(99); }\n${text}`;
  writeFileSync(join(agent.home, 'script.mjs'), guarded);
  return await until('the spare to be ready', async () => {
    const result = await agent.run({ cmd: 'node', args: ['--enable-source-maps', 'script.mjs'] });
    return result.end?.exitCode === 99 ? undefined : result;
  });
}

test('all output is there when the end is announced, however much it is', async () => {
  for (let round = 0; round < 20; round++) {
    const { stdout, end } = await run(
      `import { writeSync } from 'node:fs';
       process.on('exit', () => { process.exitCode = 3; writeSync(1, 'x'.repeat(150_000)); writeSync(1, 'last'); });`,
    );
    expect([stdout.length, stdout.slice(-4), end?.exitCode]).toEqual([150_004, 'last', 3]);
  }
});

test('an error that a listener of the end throws is printed in full', async () => {
  const { stderr, end } = await run(`process.on('exit', () => { throw new Error('at the very end'); });`);

  expect(stderr).toContain('at the very end');
  expect(end?.exitCode).toBe(1);
});

test('a script that announces an end of its own making ends then, and is killed if it stays', async () => {
  const { pid, end } = await run(
    `import { writeSync } from 'node:fs'; writeSync(3, '5\\n'); setInterval(() => {}, 1000);`,
  );

  expect(end?.exitCode).toBe(5);
  await until('the script to be gone', () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
});

test('junk on the descriptor of the announcement changes nothing', async () => {
  const { stdout, end } = await run(
    `import { writeSync } from 'node:fs';
     writeSync(3, 'nonsense that is long'); setTimeout(() => { console.log('still here'); process.exitCode = 4; }, 50);`,
  );

  expect([stdout, end?.exitCode]).toEqual(['still here\n', 4]);
});
