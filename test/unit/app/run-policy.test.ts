import { describe, expect, test } from 'vitest';
import { openRunPolicy } from '../../../src/app/open-run-policy.ts';
import type { RunPolicy } from '../../../src/app/run-policy.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { ConfirmQuestion, RunFlags } from '../../../src/contract/daemon-wire.ts';
import { makeProject } from '../config/project.ts';

const remove = { name: 'data_delete', group: 'data', effect: 'delete' } as const;
const log = { name: 'telemetry_log', group: 'telemetry', effect: 'write' } as const;
const issue = { name: 'github.create_issue', effect: 'write' } as const;

interface Given {
  readonly flags?: RunFlags;
  /** The text of `tools` in the user's own file, and in the project's. */
  readonly user?: string;
  readonly project?: string;
  readonly env?: Record<string, string>;
  readonly answer?: boolean;
}

async function withPolicy(
  given: Given,
  act: (policy: RunPolicy, asked: ConfirmQuestion[]) => Promise<void>,
): Promise<void> {
  const { user, project, flags = {}, env = {}, answer } = given;
  await using place = await makeProject({
    ...(user === undefined ? {} : { '../.config/iris/config.yaml': `tools: ${user}` }),
    ...(project === undefined ? {} : { '.irisrc': `tools: ${project}` }),
  });
  const loaded = await loadConfig({ cwd: place.dir, env, homeDir: place.homeDir });
  const asked: ConfirmQuestion[] = [];
  const confirm = async (question: ConfirmQuestion): Promise<boolean | undefined> => {
    asked.push(question);
    return answer;
  };
  await act(await openRunPolicy(flags, loaded, confirm), asked);
}

describe('the policy of a run', () => {
  test('lets everything be called where nothing is said', () =>
    withPolicy({}, async (policy, asked) => {
      await policy.check(remove, {});
      expect(policy.mayCall(remove)).toBe(true);
      expect(asked).toEqual([]);
    }));

  test.each([
    ['the user', { user: '{ deny: [delete] }' }, 'tools.deny has "delete"', 'tools.deny'],
    ['a variable', { env: { IRIS_TOOLS_DENY: 'run_*,delete' } }, 'tools.deny has "delete"', 'tools.deny'],
    [
      'the project',
      { project: '{ deny: [data] }', user: '{ allow: ["*"] }', flags: { allowTool: ['data'] } },
      'tools.deny of the project has "data"',
      'of the project',
    ],
    [
      'a flag',
      { flags: { denyTool: ['data_*'], allowTool: ['data_delete'] } },
      '--deny-tool has "data_*"',
      '--deny',
    ],
    ['what the user allows', { user: '{ allow: [read, write] }' }, 'it is not in tools.allow', 'Add "data_'],
    [
      'what the user allows, whatever the project does',
      { user: '{ allow: [read] }', project: '{ allow: [delete] }' },
      'it is not in tools.allow',
      'Add',
    ],
    [
      'what the project allows',
      { user: '{ allow: [delete] }', project: '{ allow: [read] }' },
      'it is not in tools.allow of the project',
      'Add',
    ],
    [
      'what a flag allows',
      { flags: { allowTool: ['read'] } },
      'it is not in --allow-tool',
      '--allow-tool data_delete',
    ],
  ])('is refused and hidden by %s', (_who, given, reason, hint) =>
    withPolicy(given, async (policy) => {
      expect(policy.mayCall(remove)).toBe(false);
      await expect(policy.check(remove, {})).rejects.toMatchObject({
        code: 'IRIS_FORBIDDEN',
        message: `data_delete may not be called in this run: ${reason}`,
        hint: expect.stringContaining(hint),
      });
    }),
  );

  test('keeps the lists of the user apart from those of the project', () =>
    withPolicy({ user: '{ deny: [telemetry] }', project: '{ deny: [] }' }, async (policy) => {
      expect(policy.mayCall(log)).toBe(false);
    }));

  test('takes tools of other servers by the same facts', () =>
    withPolicy({ user: '{ deny: ["github.*"] }' }, async (policy) => {
      expect(policy.mayCall(issue)).toBe(false);
      expect(policy.mayCall(log)).toBe(true);
    }));

  test('asks before a call, with what it is and what it gets', () =>
    withPolicy({ project: '{ ask: [delete] }', answer: true }, async (policy, asked) => {
      await policy.check(remove, { event: 'x', isDryRun: false });
      await policy.check(log, {});

      expect(asked).toEqual([
        {
          type: 'confirm',
          text: 'the script wants to call data_delete (delete)',
          detail: 'event: "x"\nisDryRun: false',
        },
      ]);
    }));

  test('refuses what the person refuses', () =>
    withPolicy({ user: '{ ask: [delete] }', answer: false }, async (policy) => {
      await expect(policy.check(remove, {})).rejects.toMatchObject({
        code: 'IRIS_FORBIDDEN',
        message: 'The call of data_delete was refused by the person who was asked',
      });
    }));

  test('refuses where nobody can be asked, and says how to allow it', () =>
    withPolicy({ user: '{ ask: [delete] }' }, async (policy) => {
      await expect(policy.check(remove, {})).rejects.toMatchObject({
        code: 'IRIS_FORBIDDEN',
        hint: expect.stringMatching(/--allow-tool data_delete .*take "delete" out of tools\.ask/),
      });
    }));

  test.each([
    [{ flags: { allowTool: ['data_delete'] }, user: '{ ask: [delete] }', project: '{ ask: [data] }' }, 0],
    [{ flags: { allowTool: ['data_delete'], askTool: ['data'] } }, 1],
    [{ flags: { askTool: ['data'] }, user: '{ allow: [data] }' }, 1],
    [{ flags: { askTool: ['telemetry'] }, user: '{ ask: [delete] }' }, 1],
  ])('of %j asks %i times: a flag answers beforehand', (given, times) =>
    withPolicy({ ...given, answer: true }, async (policy, asked) => {
      await policy.check(remove, {});
      expect(asked).toHaveLength(times);
    }),
  );

  test.each([
    [{ flags: { denyTool: ['promt_*'] } }, 'USAGE_INVALID', '--deny-tool is "promt_*"', 'prompt_*'],
    [{ flags: { allowTool: ['reed'] } }, 'USAGE_INVALID', '--allow-tool is "reed"', 'read'],
    [{ project: '{ ask: [read, metrix] }' }, 'CONFIG_INVALID', '.irisrc:1:22: tools.ask.1 is', 'metrics'],
    [
      { env: { IRIS_TOOLS_ALLOW: 'agent_regster' } },
      'CONFIG_INVALID',
      'IRIS_TOOLS_ALLOW is',
      'agent_register',
    ],
  ])('refuses %j, which names nothing', async (given, code, message, near) => {
    await expect(withPolicy(given, async () => undefined)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/, which names no tool, group or effect$/),
      hint: `Did you mean "${near}"?`,
    });
    await expect(withPolicy(given, async () => undefined)).rejects.toThrow(message);
  });
});
