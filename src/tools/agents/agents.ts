import { createHash, randomBytes } from 'node:crypto';
import {
  agentDeregister,
  agentFind,
  agentHeartbeat,
  agentRegister,
  agentStatusTool,
} from '../../contract/tools/agents.ts';
import { implement } from '../tool/tool.ts';
import { withCard } from './agent-card.ts';

const TOKEN_BYTES = 32;

/** The tools of the group "agents". */
export const agentTools = [
  implement(agentRegister, async ({ issueToken, token, ...input }, { store, signal }) => {
    const issued = issueToken ? `iat_${randomBytes(TOKEN_BYTES).toString('base64url')}` : undefined;
    const status = await store.call(
      'iris_agent_register',
      { ...input, newTokenHash: issued && hashOf(issued), tokenHash: token && hashOf(token) },
      { signal },
    );
    return issued === undefined ? status : { ...asObject(status), token: issued };
  }),
  implement(agentStatusTool, async ({ card, ...input }, { store, signal }) => {
    const answer = await store.call('iris_agent_status', input, { signal });
    return withCard(answer, card && input.agentId !== undefined);
  }),
  implement(agentHeartbeat, ({ token, ...input }, { store, signal }) =>
    store.call('iris_agent_heartbeat', { ...input, tokenHash: token && hashOf(token) }, { signal }),
  ),
  implement(agentFind, (input, { store, signal }) => store.call('iris_agent_find', { ...input }, { signal })),
  implement(agentDeregister, ({ token, ...input }, { store, signal }) =>
    store.call('iris_agent_deregister', { ...input, tokenHash: token && hashOf(token) }, { signal }),
  ),
];

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
