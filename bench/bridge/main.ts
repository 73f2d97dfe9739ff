import { join } from 'node:path';
import { execa } from 'execa';
import { benchEnv } from '../measure.ts';
import { printGoals } from '../report.ts';
import { benchDelayed } from './delayed.ts';
import { best, printTimes, times, type Times } from './script.ts';
import { openBridgeWorkspace, ROOT, type BridgeWorkspace } from './workspace.ts';

const RUNS = 3;

/** What a call of a tool costs from inside a sandbox: near by against the official MCP client, and far away. */
export async function main(rounds: number): Promise<void> {
  await using space = openBridgeWorkspace();
  const calls = rounds * 50;
  console.log(`# bridge, Node ${process.versions.node}, ${calls} calls`);
  await benchNear(space, calls);
  await benchDelayed(space, rounds * 5);
}

/** The official MCP client and server over plain stdio, and the bridge, in turn. */
async function benchNear(space: BridgeWorkspace, calls: number): Promise<void> {
  const bridge: Times[] = [];
  const stdio: Times[] = [];
  for (let run = 0; run < RUNS; run++) {
    stdio.push(await measureStdio(calls));
    bridge.push(await space.runWithEcho(calls));
  }
  printTimes('official client and server over stdio', stdio);
  printTimes('script in a sandbox over the bridge', bridge);
  const ratio = best(bridge, 'p50') / best(stdio, 'p50');
  printGoals([{ text: 'x the official client at p50', value: ratio, limit: 1.3 }]);
}

async function measureStdio(calls: number): Promise<Times> {
  const argv = [
    join(ROOT, 'node_modules/tsx/dist/cli.mjs'),
    join(ROOT, 'bench/bridge/stdio-client.ts'),
    String(calls),
  ];
  const { stdout } = await execa(process.execPath, argv, { extendEnv: false, env: benchEnv() });
  return times.parse(JSON.parse(stdout));
}
