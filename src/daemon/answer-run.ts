import type { App } from '../app/open-app.ts';
import { confirmReply, runCancelParams, runParams } from '../contract/daemon-request.ts';
import { FROM_DAEMON, type ConfirmQuestion } from '../contract/daemon-wire.ts';
import { never } from '../core/never.ts';
import type { ClientEnd } from './client-end.ts';
import { detachRun } from './detach-run.ts';
import { envOf } from './env-of.ts';
import { parseParams } from './parse-params.ts';

const METHODS = ['run', 'plan', 'run.detach', 'run.cancel', 'run.settle'] as const;

export type RunMethod = (typeof METHODS)[number];

interface RunDemand {
  readonly method: RunMethod;
  readonly params: unknown;
}

/** Tells whether `answerRun` has the answer. */
export function isRunMethod(method: string): method is RunMethod {
  return METHODS.some((one) => one === method);
}

/** Runs a script for a client, and answers what it asks of runs. */
export async function answerRun(app: App, client: ClientEnd, { method, params }: RunDemand): Promise<void> {
  switch (method) {
    case 'run':
      return await streamRun(app, client, params);
    case 'plan': {
      const plan = await app.plan(parseParams(runParams, params), askingIo(client));
      return client.sendJson(FROM_DAEMON.result, plan);
    }
    case 'run.detach':
      return await detachRun(app, client, parseParams(runParams, params));
    case 'run.cancel': {
      const isEnded = await app.runs.cancel(parseParams(runCancelParams, params).id);
      return client.sendJson(FROM_DAEMON.result, { isEnded });
    }
    case 'run.settle':
      return client.sendJson(FROM_DAEMON.result, { live: await app.runs.settle() });
    default:
      return never(method);
  }
}

async function streamRun(app: App, client: ClientEnd, asked: unknown): Promise<void> {
  const params = parseParams(runParams, asked);
  const io = {
    stdin: params.hasStdin ? client.stdin() : undefined,
    onSignal: client.onSignal.bind(client),
    ...askingIo(client),
  };
  for await (const event of app.run(params, io)) {
    switch (event.type) {
      case 'stdout':
      case 'stderr':
        await client.sendBytes(FROM_DAEMON[event.type], event.data);
        break;
      case 'finished':
        client.sendJson(FROM_DAEMON.result, event);
        break;
      case 'phase':
      case 'notice':
      case 'started':
        client.sendJson(FROM_DAEMON.event, event);
        break;
      default:
        never(event);
    }
  }
}

function askingIo(client: ClientEnd): Parameters<App['plan']>[1] {
  return {
    signal: client.signal,
    confirm: async (question: ConfirmQuestion) =>
      parseParams(confirmReply, await client.ask(question)) ?? undefined,
    readEnv: envOf(client),
  };
}
