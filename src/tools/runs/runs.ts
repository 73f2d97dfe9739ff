import { runGet, runList } from '../../contract/tools/runs.ts';
import { implement } from '../tool/tool.ts';

/** The tools of the group "runs": what scripts did with tools. */
export const runTools = [
  implement(runList, (input, { store, signal }) => store.call('iris_run_list', { ...input }, { signal })),
  implement(runGet, (input, { store, signal }) => store.call('iris_run_get', { ...input }, { signal })),
];
