import { expect, test } from 'vitest';
import { searchTools } from '../../../src/bridge/search-tools.ts';
import { allTools } from '../../../src/tools/all-tools.ts';

const tools = allTools.map(({ contract }) => contract);

test.each([
  ['find patterns in sessions', 'pattern_discovery'],
  ['cast a vote', 'consensus_vote'],
  ['log events', 'telemetry_log'],
  ['save a prompt', 'prompt_save'],
  ['metric percentiles over time', 'metrics_get'],
])('searchTools() finds for "%s" %s first', (query, name) => {
  expect(searchTools(query, tools)[0]?.name).toBe(name);
});

test('searchTools() finds nothing for nothing', () => {
  expect(searchTools('', tools)).toEqual([]);
  expect(searchTools('xyzzy', tools)).toEqual([]);
});
