import { z } from 'zod';
import {
  promptDelete,
  promptDiff,
  promptGet,
  promptLabel,
  promptList,
  promptSave,
} from '../../contract/tools/prompts.ts';
import { implement, type ToolContext } from '../tool/tool.ts';
import { analyseTemplate } from './analyse-template.ts';
import { diffPrompts } from './diff-prompts.ts';
import { promptHash } from './prompt-hash.ts';
import { renderPrompt, type PromptSource, type RenderedPrompt } from './render-prompt.ts';
import { requireComplete } from './require-complete.ts';
import { storedPrompt, type StoredPrompt } from './stored-prompt.ts';

/** The tools of the group "prompts". */
export const promptTools = [
  implement(promptGet, async ({ variables, strict, ...input }, context) => {
    const prompt = await read(input, context);
    const { includes, ...answer } = prompt;
    if (variables === undefined) return isFixed(prompt) ? { ...answer, ...fixedText(prompt) } : answer;
    const rendered = renderPrompt(prompt, { variables, includes });
    if (strict) requireComplete(prompt, rendered.missing);
    return { ...answer, ...rendered };
  }),
  implement(promptSave, async ({ format: wanted, ...input }, { store, caller, signal }) => {
    const type = typeof input.template === 'string' ? 'text' : 'chat';
    const facts = analyseTemplate(input.template, input.variables, wanted);
    const { format, variables, includes, warnings } = facts;
    const config = input.config ?? {};
    const hash = promptHash({ type, format, template: input.template, config });
    const saved = savedPrompt.parse(
      await store.call(
        'iris_prompt_save',
        { ...caller, ...input, type, format, variables, includes, config, hash },
        { signal },
      ),
    );
    const { missingIncludes, ...answer } = saved;
    const absent = missingIncludes.map((reference) => `It includes ${reference}, which is not there yet`);
    return { ...answer, warnings: [...warnings, ...absent] };
  }),
  implement(promptList, (input, { store, signal }) =>
    store.call(input.name === undefined ? 'iris_prompt_list' : 'iris_prompt_versions', input, { signal }),
  ),
  implement(promptLabel, (input, { store, caller, signal }) =>
    store.call('iris_prompt_label', { ...caller, ...input }, { signal }),
  ),
  implement(promptDiff, async ({ name, from, to }, context) => {
    const [before, after] = await Promise.all([
      read({ name, quiet: true, ...placeOf(from) }, context),
      read({ name, quiet: true, ...placeOf(to) }, context),
    ]);
    return { name, from: before.version, to: after.version, ...diffPrompts(before, after) };
  }),
  implement(promptDelete, (input, { store, caller, signal }) =>
    store.call('iris_prompt_delete', { ...caller, ...input }, { signal }),
  ),
];

const savedPrompt = z.looseObject({ missingIncludes: z.array(z.string()) });

async function read(
  input: Readonly<Record<string, unknown>>,
  { store, caller, signal }: ToolContext,
): Promise<StoredPrompt> {
  return storedPrompt.parse(await store.call('iris_prompt_get', { ...caller, ...input }, { signal }));
}

function placeOf(place: number | string): { readonly version: number } | { readonly label: string } {
  return typeof place === 'number' ? { version: place } : { label: place };
}

/** Without variables only a prompt that has none is text already. */
function isFixed({ template, format, variables }: PromptSource): boolean {
  const facts = analyseTemplate(template, format === 'fstring' ? variables : undefined, format);
  return facts.variables.length === 0 && facts.includes.length === 0;
}

function fixedText(prompt: PromptSource): Omit<RenderedPrompt, 'missing'> {
  const { missing: _, ...text } = renderPrompt(prompt, { variables: {}, includes: {} });
  return text;
}
