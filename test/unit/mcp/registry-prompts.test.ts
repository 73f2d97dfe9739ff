import { describe, expect, test } from 'vitest';
import { IrisError } from '../../../src/core/errors.ts';
import { RegistryPrompts } from '../../../src/mcp/prompts/registry-prompts.ts';
import { aBackend } from './a-backend.ts';

const { signal } = new AbortController();

const REVIEW = {
  name: 'review',
  version: 2,
  variables: ['language'],
  message: 'fewer false alarms',
  labels: ['production'],
  metadata: { completions: { language: ['TypeScript', 'Rust'] } },
};

function prompts(stored: readonly object[] = [REVIEW], rendered: object = { message: null, text: 'Hello' }) {
  const asked: unknown[] = [];
  const backend = aBackend({
    callTool: (tool, input) => {
      asked.push({ tool, input });
      return Promise.resolve(tool === 'prompt_list' ? { prompts: stored, nextCursor: 'further' } : rendered);
    },
  });
  return { asked, registry: new RegistryPrompts(backend) };
}

describe('RegistryPrompts', () => {
  test('lists prompts with their variables as arguments, page by page', async () => {
    const { asked, registry } = prompts();

    expect(await registry.list('here', signal)).toEqual({
      prompts: [
        {
          name: 'review',
          description: 'fewer false alarms',
          arguments: [
            { name: 'language', required: true },
            { name: 'label', description: expect.any(String), required: false },
          ],
        },
      ],
      nextCursor: 'further',
    });
    expect(asked).toEqual([{ tool: 'prompt_list', input: { limit: 100, cursor: 'here' } }]);
  });

  test('renders a prompt of the version that a label names', async () => {
    const { asked, registry } = prompts();

    const answer = await registry.get('review', { language: 'Rust', label: 'staging' }, signal);

    expect(answer.messages).toEqual([{ role: 'user', content: { type: 'text', text: 'Hello' } }]);
    expect(asked.at(-1)).toEqual({
      tool: 'prompt_get',
      input: { name: 'review', variables: { language: 'Rust' }, label: 'staging' },
    });
  });

  test('takes a number for a version', async () => {
    const { asked, registry } = prompts();

    await registry.get('review', { label: '1' }, signal);

    expect(asked.at(-1)).toMatchObject({ input: { version: 1 } });
  });

  test('leaves label to a prompt that has a variable of that name', async () => {
    const { asked, registry } = prompts([{ ...REVIEW, variables: ['label'] }]);

    await registry.get('review', { label: 'bug' }, signal);

    expect(asked.at(-1)).toEqual({
      tool: 'prompt_get',
      input: { name: 'review', variables: { label: 'bug' } },
    });
  });

  test('gives the messages of a chat prompt in the roles that MCP knows', async () => {
    const messages = [
      { role: 'system', content: 'Be short.' },
      { role: 'assistant', content: 'Yes.' },
    ];
    const { registry } = prompts([REVIEW], { message: 'why', messages });

    const answer = await registry.get('review', {}, signal);

    expect(answer.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test.for([
    ['language', 't', ['TypeScript']],
    ['label', '', ['production', '2']],
    ['other', '', []],
  ] as const)('completes the argument %s', async ([name, value, values]) => {
    const { registry } = prompts();

    const ref = { type: 'ref/prompt', name: 'review' } as const;
    const { completion } = await registry.complete({ ref, argument: { name, value } }, signal);

    expect(completion.values).toEqual(values);
  });

  test('hands on what the registry fails with', async () => {
    const failure = new IrisError('IRIS_NOT_FOUND', 'There is no prompt x');
    const registry = new RegistryPrompts(aBackend({ callTool: () => Promise.reject(failure) }));

    await expect(registry.get('x', {}, signal)).rejects.toBe(failure);
  });
});
