import { createRequestStateCodec, InMemoryServerEventBus } from '@modelcontextprotocol/server';
import { serveOverHttp, type HttpEnd } from '../../src/mcp/server/serve-http.ts';
import { aBackend } from '../unit/mcp/a-backend.ts';
import { registerContentTools } from './content-fixtures.ts';
import { registerDialogueTools, registerRequestingTools } from './dialogue-fixtures.ts';
import { registerPromptFixtures, registerResources } from './resource-fixtures.ts';

/** Serves what the conformance suite asks for by name, through the server and the HTTP end of iris. */
export async function serveFixtures(onError: (error: Error) => void): Promise<HttpEnd> {
  const states = createRequestStateCodec({ key: 'a key of 32 bytes for the fixtures' });
  const bus = new InMemoryServerEventBus(onError);
  const server = {
    backend: aBackend(),
    choice: { toolsets: undefined, isReadOnly: false },
    logger: () => undefined,
    hasPrompts: false,
    bus,
    sdk: {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
      },
      requestState: { verify: states.verify },
    },
    extend: (made: Parameters<typeof registerContentTools>[0]) => {
      registerContentTools(made);
      registerDialogueTools(made, states);
      registerRequestingTools(made);
      registerResources(made);
      registerPromptFixtures(made);
      for (const [name, kind] of CHANGES) {
        made.registerTool(name, { description: `Fixture ${name}` }, () => {
          bus.publish({ kind });
          return { content: [{ type: 'text', text: 'changed' }] };
        });
      }
    },
  };
  return await serveOverHttp(server, { port: 0, token: undefined, onError });
}

const CHANGES = [
  ['test_trigger_tool_change', 'tools_list_changed'],
  ['test_trigger_prompt_change', 'prompts_list_changed'],
] as const;
