import type { ToolDescription, ToolSummary } from '../bridge/tool-door.ts';
import { Calls, type AskOptions } from './calls.ts';
import { EventBatch, type BatchAnswer } from './event-batch.ts';
import type { Link } from './link.ts';
import { toInput } from './to-input.ts';
import { IrisToolError, placeOfCall } from './tool-error.ts';
import { METHODS, type ToolMethods } from './tool-methods.ts';

export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal;
}

/** What scripts call: a method for each tool of iris, and a way to any other tool. */
export interface Iris extends ToolMethods {
  /** Calls any tool by its name, such as `telemetry_log` or `github.create_issue`. Throws IrisToolError. */
  call<Output = unknown>(name: string, input?: unknown, options?: CallOptions): Promise<Output>;
  /** Finds the tools that fit some words, the best first. */
  searchTools(query: string): Promise<readonly ToolSummary[]>;
  /** Gives what is needed to call a tool: its schemas and an example. Throws IrisToolError. */
  describeTool(name: string): Promise<ToolDescription>;
  /** Waits until everything that was called is done, and lets go of the connection. Forgetting it loses nothing. */
  close(): Promise<void>;
}

/** What makes a call of logEvent more than one event that may travel with others. */
const OWN_CALL_KEYS = ['events', 'idempotencyKey', 'captureContent'] as const;

export interface ClientOptions {
  /** Opens a way to the tools. */
  readonly open: () => Promise<Link>;
  /** Sends lines when nothing asynchronous happens any more. */
  readonly sendAtExit: (lines: readonly Buffer[]) => void;
}

/** Makes the client; it connects with the first call. */
export function createClient({ open, sendAtExit }: ClientOptions): Iris {
  const calls = new Calls(open, sendAtExit);
  const call = (name: string, input: unknown, options?: AskOptions): Promise<unknown> =>
    calls.ask({ method: 'tools/call', params: { name, arguments: input } }, options);
  const events = new EventBatch({
    sendOne: (event) => call('telemetry_log', event),
    sendMany: async (many) => toBatchAnswer(await call('telemetry_log', { events: many })),
    toError: ({ code, message }) => new IrisToolError({ code, message, retryable: false }),
  });
  process.once('exit', () => {
    events.flush();
    calls.sendAtExit();
  });
  const methods = Object.entries(METHODS).map(([name, facts]) => {
    const method = async (...given: readonly unknown[]): Promise<unknown> => {
      const input = toInput(name, facts, given);
      if (facts.tool === 'telemetry_log' && isSingleEvent(input)) return await events.add(input);
      const answer = await call(facts.tool, input, { place: placeOfCall(method) });
      return shape(facts.tool, given, answer);
    };
    return [name, method];
  });
  const callByName = async (name: string, input: unknown = {}, options?: CallOptions): Promise<unknown> =>
    await call(name, input, { ...options, place: placeOfCall(callByName) });
  const own = {
    call: callByName,
    searchTools: (query: string) => calls.ask({ method: 'tools/search', params: { query } }),
    describeTool: (name: string) => calls.ask({ method: 'tools/describe', params: { name } }),
    close: async () => {
      events.flush();
      await calls.close();
    },
  };
  const client: Record<string, unknown> = { ...Object.fromEntries(methods), ...own };
  if (!isIris(client)) throw new TypeError('The client lacks methods');
  return client;
}

function isIris(client: Record<string, unknown>): client is Record<string, unknown> & Iris {
  return [...Object.keys(METHODS), 'call', 'searchTools', 'describeTool', 'close'].every(
    (method) => typeof client[method] === 'function',
  );
}

function isSingleEvent(input: unknown): boolean {
  return isRecord(input) && !OWN_CALL_KEYS.some((key) => input[key] !== undefined);
}

/** What a method gives of what its tool answered. */
function shape(tool: string, given: readonly unknown[], answer: unknown): unknown {
  if (tool === 'pattern_discovery') return toPatterns(answer);
  if (tool === 'agent_status' && !isRecord(given[0])) return toAgents(given[0], answer);
  return answer;
}

/** One agent for its id, all of them for none. */
function toAgents(agentId: unknown, answer: unknown): unknown {
  if (!isRecord(answer) || !Array.isArray(answer['agents'])) return answer;
  return agentId === undefined ? answer['agents'] : answer['agents'][0];
}

/** The patterns as a list, so that `patterns.length` is what it says, with the facts about the search beside it. */
function toPatterns(answer: unknown): unknown {
  if (!isRecord(answer) || !Array.isArray(answer['patterns'])) return answer;
  return Object.assign(answer['patterns'], { meta: answer['meta'] });
}

function toBatchAnswer(answer: unknown): BatchAnswer {
  const { ids, rejected } = isRecord(answer) ? answer : {};
  return { ids: Array.isArray(ids) ? ids : [], rejected: Array.isArray(rejected) ? rejected : [] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
