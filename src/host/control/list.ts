import type { Reply } from '../http/reply.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import { describeListed } from './describe.ts';
import type { ControlCall, ControlContext } from './handler.ts';
import { parseMetadataFilter } from './metadata-filter.ts';
import { decodePageToken, encodePageToken, isPastPage } from './page-token.ts';
import { listQuery, parseInput, type ListQuery } from './schemas.ts';

/** GET /v2/sandboxes: one page of the sandboxes, newest first unless asked otherwise. */
export async function listSandboxes(context: ControlContext, call: ControlCall): Promise<Reply> {
  const query = parseInput(listQuery, toInput(call.query));
  const matching = filterSandboxes(context.registry.known(), query);
  const last = query.nextToken === undefined ? undefined : decodePageToken(query.nextToken);
  const rest = last ? matching.filter((sandbox) => isPastPage(sandbox, last, query.order)) : matching;
  const page = rest.slice(0, query.limit);
  const end = page.at(-1);
  const headers = { 'x-total-running': String(matching.filter(({ state }) => state === 'running').length) };
  const hasMore = end !== undefined && rest.length > page.length;
  return {
    status: 200,
    body: page.map((sandbox) => describeListed(sandbox, context.limits)),
    headers: hasMore ? { ...headers, 'x-next-token': encodePageToken(end) } : headers,
  };
}

/** `state` comes repeated or as a comma list; an empty parameter is an absent one. */
function toInput(query: URLSearchParams): Record<string, unknown> {
  const single = [...query].filter(([name, value]) => name !== 'state' && value !== '');
  const state = query.getAll('state').flatMap((value) => value.split(',').filter((name) => name !== ''));
  return { ...Object.fromEntries(single), state };
}

function filterSandboxes(sandboxes: KnownSandbox[], query: ListQuery): KnownSandbox[] {
  const wanted = parseMetadataFilter(query.metadata ?? '');
  const afterMs = query.startedAfter === undefined ? -Infinity : Date.parse(query.startedAfter);
  const direction = query.order === 'asc' ? 1 : -1;
  return sandboxes
    .filter(({ state }) => query.state.length === 0 || query.state.includes(state))
    .filter((sandbox) => wanted.every(([name, value]) => sandbox.metadata[name] === value))
    .filter((sandbox) => query.template === undefined || sandbox.templateId === query.template)
    .filter((sandbox) => sandbox.startedAtMs > afterMs)
    .toSorted((left, right) => direction * compareByStart(left, right));
}

function compareByStart(left: KnownSandbox, right: KnownSandbox): number {
  return left.startedAtMs - right.startedAtMs || (left.id < right.id ? -1 : 1);
}
