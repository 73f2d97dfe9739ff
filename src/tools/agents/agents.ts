import { createHash, randomBytes } from 'node:crypto';
import { agentRegister, agentStatusTool } from '../../contract/tools/agents.ts';
import { implement } from '../tool/tool.ts';

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
  implement(agentStatusTool, (input, { store, signal }) =>
    store.call('iris_agent_status', { ...input }, { signal }),
  ),
];

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
