import type { CreateBody } from './schemas.ts';

/** Names what a client asked for and this host cannot give, in one sentence; undefined when all is well. */
export function unsupportedFeature(body: CreateBody): string | undefined {
  if (body.autoResume?.enabled === true && body.autoPause === true && body.autoPauseMemory === false)
    return 'A sandbox that is paused without its memory cannot resume by itself (autoPauseMemory, autoResume)';
  if (body.mcp !== undefined && body.mcp !== null) return 'The embedded host has no MCP gateway (mcp)';
  if (body.iam !== undefined && body.iam !== null) return 'The embedded host has no identities (iam)';
  const option = ['rules', 'egressProxy'].find((name) => isSomething(body.network?.[name]));
  return option && `The embedded host cannot do this: network.${option}`;
}

function isSomething(value: unknown): boolean {
  return (
    value !== undefined && value !== null && (typeof value !== 'object' || Object.keys(value).length > 0)
  );
}
