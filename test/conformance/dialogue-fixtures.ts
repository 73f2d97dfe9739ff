import {
  acceptedContent,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] });
const fixture = (name: string) => [name, { description: `Fixture ${name}` }] as const;
const ask = (message: string, field: 'name' | 'color' | 'context') =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties: { [field]: { type: 'string' } }, required: [field] },
  });
const confirm = inputRequired.elicit({
  message: 'Please confirm',
  requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
});
const sample = (text: string, maxTokens = 100) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens });

/** Tools of the 2026 protocol that answer with a question, and go on when it is answered. */
export function registerDialogueTools(server: McpServer, states: RequestStateCodec): void {
  server.registerTool(...fixture('test_input_required_result_elicitation'), ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_name', z.object({ name: z.string() }));
    return answer === undefined
      ? inputRequired({ inputRequests: { user_name: ask('What is your name?', 'name') } })
      : said(`Hello, ${answer.name}!`);
  });
  server.registerTool(...fixture('test_input_required_result_sampling'), ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
    return answer.kind === 'sampling'
      ? said(JSON.stringify(answer.result.content))
      : inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?') } });
  });
  server.registerTool(...fixture('test_input_required_result_list_roots'), ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
    return answer.kind === 'roots'
      ? said(answer.roots.map(({ uri }) => uri).join(' '))
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  for (const name of [
    'test_input_required_result_request_state',
    'test_input_required_result_tampered_state',
  ]) {
    server.registerTool(...fixture(name), async (context) => {
      if (context.mcpReq.inputResponses !== undefined && context.mcpReq.requestState() !== undefined)
        return said('state-ok');
      return inputRequired({
        inputRequests: { confirm },
        requestState: await states.mint({ round: 1 }, context),
      });
    });
  }
  server.registerTool(...fixture('test_input_required_result_multiple_inputs'), async (context) => {
    const { inputResponses } = context.mcpReq;
    const kinds = ['user_name', 'greeting', 'client_roots'].map(
      (key) => inputResponse(inputResponses, key).kind,
    );
    if (!kinds.includes('missing')) return said(kinds.join(' '));
    return inputRequired({
      inputRequests: {
        user_name: ask('What is your name?', 'name'),
        greeting: sample('Generate a greeting', 50),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await states.mint({ round: 1 }, context),
    });
  });
  server.registerTool(...fixture('test_input_required_result_multi_round'), async (context) => {
    const { inputResponses } = context.mcpReq;
    if (inputResponse(inputResponses, 'step2').kind === 'elicit') return said('both steps');
    const isSecond = inputResponse(inputResponses, 'step1').kind === 'elicit';
    return inputRequired({
      inputRequests: isSecond
        ? { step2: ask('Step 2: What is your favorite color?', 'color') }
        : { step1: ask('Step 1: What is your name?', 'name') },
      requestState: await states.mint({ round: isSecond ? 2 : 1 }, context),
    });
  });
  server.registerTool(...fixture('test_input_required_result_capabilities'), () => {
    const capabilities = server.server.getClientCapabilities();
    return inputRequired({
      inputRequests: {
        ...(capabilities?.elicitation && { user_name: ask('What is your name?', 'name') }),
        ...(capabilities?.sampling && { greeting: sample('Generate a greeting') }),
        ...(capabilities?.roots && { client_roots: inputRequired.listRoots() }),
      },
    });
  });
  for (const name of ['test_missing_capability', 'test_streaming_elicitation']) {
    server.registerTool(...fixture(name), ({ mcpReq }) =>
      inputResponse(mcpReq.inputResponses, 'user_name').kind === 'missing'
        ? inputRequired({
            inputRequests:
              name === 'test_missing_capability'
                ? { greeting: sample('Hello') }
                : { user_name: ask('What is your name?', 'name') },
          })
        : said('done'),
    );
  }
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks first' }, ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_context', z.object({ context: z.string() }));
    if (answer === undefined) {
      const question = ask('What context should the prompt use?', 'context');
      return inputRequired({ inputRequests: { user_context: question } });
    }
    return { messages: [{ role: 'user', content: { type: 'text', text: answer.context } }] };
  });
}

/** Tools of the 2025 protocol that ask the client in the middle of a call. */
export function registerRequestingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks the model', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }];
      const answer = await mcpReq.requestSampling({ messages, maxTokens: 100 });
      return said(`LLM response: ${JSON.stringify(answer.content)}`);
    },
  );
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, { mcpReq }) => {
      const { action, content } = await mcpReq.elicitInput({
        message,
        requestedSchema: {
          type: 'object',
          properties: {
            username: { type: 'string', description: "User's response" },
            email: { type: 'string', description: "User's email address" },
          },
          required: ['username', 'email'],
        },
      });
      return said(`User response: action: ${action}, content: ${JSON.stringify(content)}`);
    },
  );
  registerForms(server);
}

function registerForms(server: McpServer): void {
  server.registerTool(...fixture('test_elicitation_sep1034_defaults'), async ({ mcpReq }) => {
    const { action, content } = await mcpReq.elicitInput({
      message: 'Please review',
      requestedSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
      },
    });
    return said(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
  });
  server.registerTool(...fixture('test_elicitation_sep1330_enums'), async ({ mcpReq }) => {
    const plain = ['option1', 'option2', 'option3'];
    const titled = (word: string) =>
      ['First', 'Second', 'Third'].map((place, index) => ({
        const: `value${index + 1}`,
        title: `${place} ${word}`,
      }));
    const { action, content } = await mcpReq.elicitInput({
      message: 'Please choose',
      requestedSchema: {
        type: 'object',
        properties: {
          untitledSingle: { type: 'string', enum: plain },
          titledSingle: { type: 'string', oneOf: titled('Option') },
          legacyEnum: {
            type: 'string',
            enum: ['opt1', 'opt2', 'opt3'],
            enumNames: ['Option One', 'Option Two', 'Option Three'],
          },
          untitledMulti: { type: 'array', items: { type: 'string', enum: plain } },
          titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
        },
      },
    });
    return said(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
  });
}
