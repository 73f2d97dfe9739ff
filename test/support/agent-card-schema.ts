import { Ajv2020 } from 'ajv/dist/2020.js';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const object = (required: readonly string[], properties: Record<string, object>): object => ({
  type: 'object',
  required,
  properties: { ...Object.fromEntries(required.map((name) => [name, text])), ...properties },
});

/** The card of an agent, as the messages of A2A 1.0 define it: what they require has to be there. */
const AGENT_CARD = object(
  [
    'name',
    'description',
    'version',
    'supportedInterfaces',
    'capabilities',
    'defaultInputModes',
    'defaultOutputModes',
    'skills',
  ],
  {
    supportedInterfaces: {
      type: 'array',
      items: object(['url', 'protocolBinding', 'protocolVersion'], { tenant: text }),
    },
    provider: object(['url', 'organization'], {}),
    documentationUrl: text,
    iconUrl: text,
    capabilities: {
      type: 'object',
      properties: {
        streaming: { type: 'boolean' },
        pushNotifications: { type: 'boolean' },
        extendedAgentCard: { type: 'boolean' },
        extensions: { type: 'array', items: object([], { uri: text, required: { type: 'boolean' } }) },
      },
    },
    securitySchemes: { type: 'object', additionalProperties: { type: 'object', maxProperties: 1 } },
    securityRequirements: { type: 'array', items: { type: 'object' } },
    defaultInputModes: texts,
    defaultOutputModes: texts,
    skills: {
      type: 'array',
      items: object(['id', 'name', 'description', 'tags'], {
        tags: texts,
        examples: texts,
        inputModes: texts,
        outputModes: texts,
      }),
    },
    signatures: { type: 'array', items: object(['protected', 'signature'], {}) },
  },
);

/** What is wrong with a card of A2A; nothing for a valid one. */
export function problemsOfCard(card: unknown): readonly string[] {
  const validate = new Ajv2020({ allErrors: true }).compile(AGENT_CARD);
  validate(card);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}
