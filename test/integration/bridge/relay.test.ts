import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BridgeTable, type OpenBridge } from '../../../src/bridge/bridge-table.ts';
import { RelayLink, type RelayProcess } from '../../../src/bridge/relay-link.ts';
import type { DoorCall } from '../../../src/bridge/tool-door.ts';
import { createClient, type Iris } from '../../../src/wrapper/client.ts';
import { openLink } from '../../../src/wrapper/open-link.ts';
import { callOf, connectPeer, doorOf, hello } from '../../support/bridge-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const RELAY = fileURLToPath(new URL('../../../dist/bridge/relay.mjs', import.meta.url));

/** A relay on this machine whose output can be lost, as E2B loses what nobody listens to. */
interface LocalRelay extends RelayProcess {
  readonly pid: number;
  /** Ends the stream and leaves the relay running. */
  dropStream(): void;
  /** Loses the next that is sent to it, as a connection that breaks does. */
  failSend(): void;
  killNow(): void;
}

interface Rig extends AsyncDisposable {
  readonly iris: Iris;
  readonly path: string;
  readonly bridge: OpenBridge;
  readonly relays: readonly LocalRelay[];
  readonly link: RelayLink;
}

async function openRig(call: (call: DoorCall) => Promise<unknown>): Promise<Rig> {
  const dir = await tempDir();
  const path = join(dir.path, 'b.sock');
  const relays: LocalRelay[] = [];
  const table = new BridgeTable(() => undefined);
  const bridge = table.open({ door: doorOf(call) });
  const link = new RelayLink({
    start: async () => {
      const relay = startLocally(path);
      relays.push(relay);
      return relay;
    },
    onConnection: (connection) => table.accept(connection),
    logger: () => undefined,
  });
  const iris = createClient({
    open: () => openLink({ IRIS_BRIDGE: path, IRIS_BRIDGE_TOKEN: bridge.token }),
    sendAtExit: () => undefined,
  });
  return {
    iris,
    path,
    bridge,
    relays,
    link,
    [Symbol.asyncDispose]: async () => {
      bridge[Symbol.dispose]();
      await link[Symbol.asyncDispose]();
      for (const relay of relays) relay.killNow();
      await dir[Symbol.asyncDispose]();
    },
  };
}

function startLocally(path: string): LocalRelay {
  const child = spawn(process.execPath, [RELAY, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  const output = new PassThrough();
  let isBroken = false;
  child.stdout.on('data', (bytes) => void (output.writableEnded || output.write(bytes)));
  child.once('exit', () => output.end());
  return {
    pid: child.pid ?? 0,
    output,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        if (isBroken) {
          isBroken = false;
          return reject(new Error('socket hang up'));
        }
        child.stdin.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    kill: async () => void child.kill('SIGKILL'),
    dropStream: () => output.end(),
    failSend: () => {
      isBroken = true;
    },
    killNow: () => void child.kill('SIGKILL'),
  };
}

test('a thousand calls are each done once, though the stream is dropped eight times and the relay killed twice', async () => {
  const done = new Map<unknown, number>();
  await using rig = await openRig(async ({ input }) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    done.set(JSON.stringify(input), (done.get(JSON.stringify(input)) ?? 0) + 1);
    return input;
  });

  const results: unknown[] = [];
  const worker = async (first: number): Promise<void> => {
    for (let index = first; index < 1000; index += 20) results.push(await rig.iris.call('echo', { index }));
  };
  const working = Promise.all(Array.from({ length: 20 }, (_, first) => worker(first)));
  for (let loss = 1; loss <= 10; loss++) {
    await until('more results', () => results.length >= loss * 90);
    const relay = rig.relays.at(-1);
    if (loss % 5 === 0) relay?.killNow();
    else relay?.dropStream();
    await until('the next relay', () => rig.relays.at(-1) !== relay);
  }
  await working;

  expect(results).toHaveLength(1000);
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1000);
  expect(done.size).toBe(1000);
  expect([...done.values()].every((count) => count === 1)).toBe(true);
  expect(rig.relays.length).toBeGreaterThanOrEqual(11);
});

test('a relay that was lost is ended by the next one', async () => {
  await using rig = await openRig(async () => 1);
  expect(await rig.iris.call('echo')).toBe(1);

  const [first] = rig.relays;
  first?.dropStream();
  expect(await rig.iris.call('echo')).toBe(1);

  await until('the end of the first relay', () => !isAlive(first?.pid ?? 0));
});

test('an answer that is lost on its way to the relay is given over the next one, and nothing is done twice', async () => {
  let calls = 0;
  await using rig = await openRig(async () => (calls += 1));
  expect(await rig.iris.call('echo')).toBe(1);

  rig.relays[0]?.failSend();

  expect(await rig.iris.call('echo')).toBe(2);
  expect([calls, rig.relays.length]).toEqual([2, 2]);
});

test('lines of different scripts never mix, and a large answer comes whole', async () => {
  await using rig = await openRig(async ({ input }) => input);
  await rig.iris.call('echo');
  const peers = await Promise.all([connectPeer(rig.path), connectPeer(rig.path)]);
  const text = 'x'.repeat(3_000_000);

  for (const peer of peers) peer.send(hello(rig.bridge.token));
  for (const [index, peer] of peers.entries()) peer.send(callOf(`p${index}:1`, { text, index }));

  for (const [index, peer] of peers.entries())
    expect(await peer.next()).toEqual({ id: `p${index}:1`, result: { text, index } });
  for (const peer of peers) peer[Symbol.dispose]();
});

test('what was sent right before the end is there when the run is settled', async () => {
  let done = 0;
  await using rig = await openRig(async () => (done += 1));
  await rig.iris.call('echo');

  const peer = await connectPeer(rig.path);
  peer.send(hello(rig.bridge.token), ...Array.from({ length: 50 }, (_, index) => callOf(`z:${index}`)));
  peer.stream.end();
  await once(peer.stream, 'finish');
  await rig.iris.close();
  await rig.link.settled();
  await rig.bridge.settled();

  expect(done).toBe(51);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
