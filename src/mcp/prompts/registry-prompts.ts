import type {
  CompleteRequestParams,
  CompleteResult,
  GetPromptResult,
  ListPromptsResult,
} from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { promptPage, renderedPrompt } from '../../contract/mcp/prompt-answers.ts';
import type { McpBackend } from '../backend/backend.ts';
import { toCompletion } from '../result/completion.ts';

type StoredPrompt = z.output<typeof promptPage>['prompts'][number];

const PAGE_SIZE = 100;
/** The argument that chooses a version, for prompts that have no variable of that name. */
const LABEL = 'label';

/** The prompts of the registry in the words of MCP. */
export class RegistryPrompts {
  readonly #backend: McpBackend;

  constructor(backend: McpBackend) {
    this.#backend = backend;
  }

  /** One page of prompts with their variables as arguments. */
  async list(cursor: string | undefined, signal: AbortSignal): Promise<ListPromptsResult> {
    const { prompts, nextCursor } = await this.#page({ limit: PAGE_SIZE, cursor }, signal);
    return { prompts: prompts.map(toListed), ...(nextCursor === null ? {} : { nextCursor }) };
  }

  /** One prompt, rendered. Throws what `prompt_get` fails with. */
  async get(
    name: string,
    given: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<GetPromptResult> {
    const [newest] = (await this.#page({ name, limit: 1 }, signal)).prompts;
    const isVariable = newest?.variables.includes(LABEL) === true;
    const { [LABEL]: place, ...others } = given;
    const variables = isVariable ? given : others;
    const input = { name, variables, ...(isVariable ? {} : toPlace(place)) };
    const answer = renderedPrompt.parse(await this.#backend.callTool('prompt_get', input, signal));
    const messages = answer.messages ?? [{ role: 'user', content: answer.text ?? '' }];
    return {
      description: answer.message ?? undefined,
      messages: messages.map(({ role, content }) => ({
        // MCP knows no other roles.
        role: role === 'assistant' ? 'assistant' : 'user',
        content: { type: 'text', text: content },
      })),
    };
  }

  /** Values for an argument: those that the prompt's metadata offers in `completions`, or its labels and versions. */
  async complete({ ref, argument }: CompleteRequestParams, signal: AbortSignal): Promise<CompleteResult> {
    if (ref.type !== 'ref/prompt') return toCompletion([], '');
    const { prompts } = await this.#page({ name: ref.name, limit: PAGE_SIZE }, signal);
    const [newest] = prompts;
    const offered = newest?.metadata.completions?.[argument.name];
    if (offered !== undefined) return toCompletion(offered, argument.value);
    const isLabel = argument.name === LABEL && newest?.variables.includes(LABEL) === false;
    return toCompletion(isLabel ? prompts.flatMap(placesOf) : [], argument.value);
  }

  async #page(input: object, signal: AbortSignal): Promise<z.output<typeof promptPage>> {
    return promptPage.parse(await this.#backend.callTool('prompt_list', input, signal));
  }
}

function toListed({ name, message, variables }: StoredPrompt): ListPromptsResult['prompts'][number] {
  const named = variables.map((variable) => ({ name: variable, required: true }));
  const label = { name: LABEL, description: 'A label or version instead of production.', required: false };
  return {
    name,
    description: message ?? undefined,
    arguments: variables.includes(LABEL) ? named : [...named, label],
  };
}

function toPlace(place: string | undefined): object {
  if (place === undefined || place === '') return {};
  return /^\d+$/.test(place) ? { version: Number(place) } : { label: place };
}

function placesOf({ version, labels }: StoredPrompt): readonly string[] {
  return [...(Array.isArray(labels) ? labels : Object.keys(labels)), String(version)];
}
