import { z } from 'zod';
import type { ServerLaunch, ServerSource } from './server-definition.ts';

const text = z.string().max(32_768);
const texts = z.record(z.string(), z.union([text, z.number(), z.boolean()]).transform(String));

/** Everything that the files of clients say of a server; what iris does not know of is let through. */
const entry = z.looseObject({
  type: text.optional(),
  command: z.union([text, z.array(text).min(1)]).optional(),
  args: z.array(text).optional(),
  env: texts.optional(),
  environment: texts.optional(),
  cwd: text.optional(),
  url: text.optional(),
  serverUrl: text.optional(),
  httpUrl: text.optional(),
  headers: texts.optional(),
  http_headers: texts.optional(),
  env_http_headers: texts.optional(),
  bearer_token_env_var: text.optional(),
  disabled: z.boolean().optional(),
  enabled: z.boolean().optional(),
});

type Entry = z.output<typeof entry>;

export type ReadLaunch =
  | { readonly type: 'usable'; readonly launch: ServerLaunch }
  | { readonly type: 'unusable'; readonly reason: string };

/** Reads what a file says of a server, in whichever of the clients' ways of writing. */
export function readLaunch(value: unknown, program: ServerSource['program']): ReadLaunch {
  const parsed = entry.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return unusable(`${issue?.path.join('.') || 'the entry'}: ${issue?.message ?? 'it is none'}`);
  }
  const { disabled, enabled } = parsed.data;
  if (disabled === true || enabled === false) return unusable('it is switched off there');
  const launch = toLaunch(parsed.data);
  if (launch === undefined) return unusable('it has neither a command nor a url');
  const plain = JSON.stringify(launch);
  const prompt = /\$\{(?:input|command):[^}]*\}/.exec(plain)?.[0];
  if (prompt !== undefined) return unusable(`only its own client can fill in ${prompt}`);
  return { type: 'usable', launch: withPlainVariables(launch, program) };
}

function unusable(reason: string): ReadLaunch {
  return { type: 'unusable', reason };
}

function toLaunch(given: Entry): ServerLaunch | undefined {
  const url = given.httpUrl ?? given.url ?? given.serverUrl;
  if (given.command === undefined) {
    if (url === undefined) return undefined;
    return { type: given.type === 'sse' ? 'sse' : 'http', url, headers: headersOf(given) };
  }
  const [command = '', ...first] = Array.isArray(given.command) ? given.command : [given.command];
  return {
    type: 'stdio',
    command,
    args: [...first, ...(given.args ?? [])],
    env: { ...given.environment, ...given.env },
    cwd: given.cwd,
  };
}

function headersOf({
  headers,
  http_headers: plain,
  env_http_headers: named,
  bearer_token_env_var: bearer,
}: Entry): Record<string, string> {
  const fromNames = Object.entries(named ?? {}).map(([header, name]) => [header, `\${${name}}`] as const);
  return {
    ...headers,
    ...plain,
    ...Object.fromEntries(fromNames),
    ...(bearer === undefined ? {} : { Authorization: `Bearer \${${bearer}}` }),
  };
}

/** Brings the ways in which clients name a variable to one: `${env:NAME}`, `{env:NAME}`, and `$NAME` alone. */
function withPlainVariables(launch: ServerLaunch, program: ServerSource['program']): ServerLaunch {
  const rewrite = (value: string): string => {
    const named = value.replaceAll(/\$?\{env:([A-Za-z_]\w*)\}/g, '${$1}');
    return program === 'gemini' ? named.replace(/^\$([A-Za-z_]\w*)$/, '${$1}') : named;
  };
  return mapTexts(launch, rewrite);
}

/** The same launch with each of its texts rewritten. */
export function mapTexts(launch: ServerLaunch, rewrite: (text: string) => string): ServerLaunch {
  const rewriteAll = (record: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, rewrite(value)]));
  if (launch.type !== 'stdio')
    return { ...launch, url: rewrite(launch.url), headers: rewriteAll(launch.headers) };
  return {
    ...launch,
    command: rewrite(launch.command),
    args: launch.args.map(rewrite),
    env: rewriteAll(launch.env),
    cwd: launch.cwd === undefined ? undefined : rewrite(launch.cwd),
  };
}
