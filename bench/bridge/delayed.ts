import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { openServedHost } from '../host/served-host.ts';
import { median } from '../measure.ts';
import { printGoals } from '../report.ts';
import { openDelayProxy } from '../network/delay-proxy.ts';
import { best, printTimes, type Times } from './script.ts';
import type { BridgeWorkspace } from './workspace.ts';

const ROUND_TRIP_MS = 40;
const RUNS = 3;

/** The way to the cloud, through a relay and over TCP, with the host as far away as a cloud is. */
export async function benchDelayed(space: BridgeWorkspace, calls: number): Promise<void> {
  await using host = await openServedHost();
  await using proxy = await openDelayProxy(Number(new URL(host.options.sandboxUrl).port), ROUND_TRIP_MS / 2);
  const url = `http://127.0.0.1:${proxy.port}`;
  const env = {
    E2B_API_KEY: host.options.apiKey,
    E2B_API_URL: host.options.apiUrl,
    E2B_SANDBOX_URL: url,
  };
  const runs: Times[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await space.run(calls, env));
  const bare = await bareRoundTrip();
  printTimes(`script behind a relay, ${ROUND_TRIP_MS} ms away (an echo takes ${bare.toFixed(2)} ms)`, runs);
  printGoals([
    { text: 'ms beyond one round trip at p50', value: best(runs, 'p50') - ROUND_TRIP_MS, limit: 10 },
    { text: 'round trips for 100 calls at once', value: best(runs, 'wall100') / ROUND_TRIP_MS, limit: 5 },
  ]);
}

/** What the timers of the proxy make of its delay. */
async function bareRoundTrip(): Promise<number> {
  await using echo = await openEcho();
  await using proxy = await openDelayProxy(echo.port, ROUND_TRIP_MS / 2);
  const socket = connect({ port: proxy.port, host: '127.0.0.1', noDelay: true });
  const took: number[] = [];
  for (let index = 0; index < 50; index++) {
    const startedAt = performance.now();
    socket.write('x');
    await once(socket, 'data');
    took.push(performance.now() - startedAt);
  }
  socket.destroy();
  return median(took);
}

async function openEcho(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer({ noDelay: true }, (socket) =>
    socket.on('error', () => undefined).pipe(socket),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
