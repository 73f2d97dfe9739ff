import { describe, expect, test } from 'vitest';
import { allContracts } from '../../../src/contract/tools/registry.ts';
import { searchTools } from '../../../src/contract/tools/search-tools.ts';

describe('searchTools()', () => {
  test.each([
    ['find patterns in sessions', 'pattern_discovery'],
    ['cast a vote', 'consensus_vote'],
    ['log events', 'telemetry_log'],
    ['save a prompt', 'prompt_save'],
    ['metric percentiles over time', 'metrics_get'],
    ['runs', 'run_list'],
    ['agreement of several agents', 'reflexion_agreement'],
    ['evaluation of an answer', 'reflexion_evaluate'],
  ])('finds for "%s" %s first', (query, name) => {
    expect(searchTools(query, allContracts)?.[0]?.name).toBe(name);
  });

  test.for([
    ['compare two versions of a prompt', 'prompt_diff'],
    ['votes', 'consensus_vote'],
    ['lessons from past attempts', 'reflexion_recall'],
    ['delete old data', 'data_delete'],
    ['which agents are online', 'agent_status'],
  ])('finds for "%s" %s among the first three', ([query = '', name = '']) => {
    const found = searchTools(query, allContracts)?.slice(0, 3);

    expect(found?.map((contract) => contract.name)).toContain(name);
  });

  test.each(['zebra', 'xyzzy'])('finds nothing for "%s", which no tool has', (query) => {
    expect(searchTools(query, allContracts)).toEqual([]);
  });

  test.each(['', '?!', 'what is it for'])('has nothing to search for in "%s"', (query) => {
    expect(searchTools(query, allContracts)).toBeUndefined();
  });

  test('looks for the words of camel case', () => {
    const tool = { name: 'a', title: '', text: '', example: { sampleRate: 1 } };

    expect(searchTools('sample', [tool])).toEqual([tool]);
    expect(searchTools('sampleRate', [{ ...tool, example: {}, text: 'The rate' }])).toHaveLength(1);
  });

  test('finds tools by their group, and by what they take', () => {
    const plain = { name: 'a', title: '', text: '' };
    const grouped = { ...plain, group: 'metrics' };
    const taking = { ...plain, example: { window: '1h' } };

    expect(searchTools('metric', [plain, grouped, taking])).toEqual([grouped]);
    expect(searchTools('windows', [plain, grouped, taking])).toEqual([taking]);
  });

  test('lets rare words count more than frequent ones', () => {
    const frequent = { name: 'agent_find', title: '', text: '' };
    const rare = { name: 'other', title: 'The agreement of an agent', text: '' };
    const others = Array.from({ length: 9 }, (_, index) => ({ ...frequent, name: `agent_${index}` }));

    expect(searchTools('agent agreement', [frequent, ...others, rare])?.[0]).toEqual(rare);
  });
});
