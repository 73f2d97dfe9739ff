import type { z } from 'zod';
import type { App } from '../app/open-app.ts';
import type { runParams } from '../contract/daemon-request.ts';
import { FROM_DAEMON } from '../contract/daemon-wire.ts';
import type { RunEvent } from '../contract/run-event.ts';
import { IrisError } from '../core/errors.ts';
import type { ClientEnd } from './client-end.ts';
import { envOf } from './env-of.ts';

type DetachedParams = z.infer<typeof runParams>;

/** Starts a run and answers when its script has begun; the run goes on without the client, which has no say any more. */
export async function detachRun(app: App, client: ClientEnd, params: DetachedParams): Promise<void> {
  const stopping = new AbortController();
  const leave = (): void => stopping.abort(client.signal.reason);
  if (client.signal.aborted) leave();
  client.signal.addEventListener('abort', leave, { once: true });
  const readEnv = envOf(client);
  let hasStarted = false;
  const io = {
    stdin: undefined,
    onSignal: () => undefined,
    signal: stopping.signal,
    confirm: () => Promise.resolve(undefined),
    readEnv: (names: readonly string[]) => (hasStarted ? Promise.resolve({}) : readEnv(names)),
  };
  const events = app.run({ ...params, hasStdin: false }, io, { isDetached: true });
  const started = await untilStarted(events, client);
  hasStarted = true;
  client.signal.removeEventListener('abort', leave);
  void drain(events);
  client.sendJson(FROM_DAEMON.result, { runId: started.runId, sandbox: started.sandbox });
}

type Started = Extract<RunEvent, { type: 'started' }>;

async function untilStarted(events: AsyncIterator<RunEvent>, client: ClientEnd): Promise<Started> {
  for (;;) {
    const { value: event, done } = await events.next();
    if (done === true || event === undefined) break;
    if (event.type === 'started') return event;
    if (event.type === 'phase' || event.type === 'notice') client.sendJson(FROM_DAEMON.event, event);
  }
  throw new IrisError('INTERNAL', 'The run ended before it started');
}

/** Takes what comes; whatever it is, it is kept, and so is the reason of a failure. */
async function drain(events: AsyncIterator<RunEvent>): Promise<void> {
  try {
    while ((await events.next()).done !== true);
  } catch {
    // Its record tells of it.
  }
}
