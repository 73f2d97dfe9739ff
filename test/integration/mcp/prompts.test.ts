import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMcpSession, type Era } from '../../support/mcp-client.ts';
import { openWorkspace, type Workspace } from '../../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'package.json': '{}' });
});
afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
});

test.for<Era>(['legacy', 'modern'])(
  'prompts of the registry are prompts of MCP in the %s era',
  async (era) => {
    await using session = await openMcpSession(space, { era });
    const name = `review-${era}`;
    await session.client.callTool({
      name: 'prompt_save',
      arguments: {
        name,
        template: 'Review this {{language}} code.',
        labels: ['production'],
        metadata: { completions: { language: ['Rust', 'Ruby', 'Go'] } },
      },
    });

    const { prompts } = await session.client.listPrompts();
    const prompt = await session.client.getPrompt({ name, arguments: { language: 'Rust', label: '1' } });
    const ref = { type: 'ref/prompt', name } as const;
    const language = await session.client.complete({ ref, argument: { name: 'language', value: 'ru' } });
    const label = await session.client.complete({ ref, argument: { name: 'label', value: '' } });

    expect(prompts.find((listed) => listed.name === name)?.arguments).toMatchObject([
      { name: 'language' },
      { name: 'label' },
    ]);
    expect(prompt.messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'Review this Rust code.' } },
    ]);
    expect(language.completion.values).toEqual(['Rust', 'Ruby']);
    expect(label.completion.values).toEqual(expect.arrayContaining(['production', '1']));
    await expect(session.client.getPrompt({ name, arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await expect(session.client.getPrompt({ name: 'nowhere', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    });
  },
);

test('a client that asked for it hears of new prompts', async () => {
  await using session = await openMcpSession(space, { era: 'legacy' });
  const heard = new Promise((resolve) => {
    session.client.setNotificationHandler('notifications/prompts/list_changed', resolve);
  });

  await session.client.callTool({ name: 'prompt_save', arguments: { name: 'new', template: 'Hello' } });

  await heard;
});

test('prompts that cannot be reached are no prompts, and no failure', async () => {
  const env = { ...space.env, IRIS_STORE: 'postgres', DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };
  await using session = await openMcpSession({ dir: space.dir, env });

  expect(await session.client.listPrompts()).toMatchObject({ prompts: [] });
});
