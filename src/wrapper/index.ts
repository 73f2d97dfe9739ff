import { createClient } from './client.ts';
import { openLink } from './open-link.ts';
import { readContext } from './read-context.ts';
import { sendAtExit } from './send-at-exit.ts';
import { toServerTools, type ServerTools } from './server-tools.ts';

export type { CallOptions, Iris } from './client.ts';
export type { ServerTools } from './server-tools.ts';
export { IrisToolError } from './tool-error.ts';
export type * from './tool-methods.ts';

const facts = readContext(process.env);

/**
 * The tools of iris: pattern discovery, reflexion, consensus, telemetry, prompts, lineage, metrics and agents. Each
 * method takes one object or, as documented, positional values; a failed call throws {@link IrisToolError}.
 *
 * @example
 * import { iris } from 'iris-prime';
 * await iris.logEvent('build.finished', { ok: true });
 * const patterns = await iris.discoverPatterns({ minSupport: 0.2 });
 * console.log(`${patterns.length} patterns`);
 */
export const iris = createClient({
  open: () => openLink({ ...process.env, IRIS_SESSION_ID: facts.sessionId }),
  sendAtExit: (lines) => sendAtExit(lines, process.env),
});

/**
 * The tools of another MCP server that was granted to the run, as methods by their names or as code writes those:
 * `create_issue` is `createIssue`. `iris-prime/servers` exports one of these for each server.
 *
 * @example
 * const github = serverTools('github');
 * console.log(await github.searchIssues({ query: 'is:open' }));
 */
export const serverTools = (server: string): ServerTools => toServerTools(iris, server);

/** Whose data the tools work on. */
export const projectId = facts.projectId;

/** What this run's events are noted under. */
export const sessionId = facts.sessionId;

/** What whoever started the run gave along. */
export const context = facts.context;
