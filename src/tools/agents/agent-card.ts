import { z } from 'zod';
import { agentCard, type AgentCard } from '../../contract/tools/agents.ts';

const registered = z.looseObject({
  agentId: z.string(),
  name: z.string().nullish(),
  version: z.string().nullish(),
  description: z.string().nullish(),
  capabilities: z.array(z.string()),
  skills: z.array(z.looseObject({ id: z.string() })).default([]),
  card: agentCard.nullish(),
});
const answered = z.looseObject({ agents: z.array(z.looseObject({ registered: z.boolean() })) });

const TEXT = ['text/plain', 'application/json'];

/** The answer of agent_status with or without the card of the agent that was asked for. */
export function withCard(answer: unknown, isWanted: boolean): unknown {
  const { agents, ...rest } = answered.parse(answer);
  return {
    ...rest,
    agents: agents.map((agent) => {
      const { card: _card, ...facts } = agent;
      return isWanted && agent.registered ? { ...facts, card: toAgentCard(agent) } : facts;
    }),
  };
}

/** The card of an agent: the one that it gave, or one made from what it registered. */
function toAgentCard(agent: unknown): AgentCard {
  const { card, agentId, name, version, description, capabilities, skills } = registered.parse(agent);
  if (card !== null && card !== undefined) return card;
  const described = new Map(skills.map((skill) => [skill.id, skill]));
  return agentCard.parse({
    name: name ?? agentId,
    description: description ?? '',
    version: version ?? '0',
    // How to reach it is for the agent itself to say.
    supportedInterfaces: [],
    capabilities: { streaming: false, pushNotifications: false },
    defaultInputModes: TEXT,
    defaultOutputModes: TEXT,
    skills: capabilities.map((id) => described.get(id) ?? { id, name: id, description: '', tags: [] }),
  });
}
