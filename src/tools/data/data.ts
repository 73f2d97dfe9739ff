import { dataDelete, dataExport } from '../../contract/tools/data.ts';
import { implement } from '../tool/tool.ts';

/** The tools of the group "data": all that a project has, out and away. */
export const dataTools = [
  implement(dataExport, (input, { store, signal }) =>
    store.call('iris_data_export', { ...input }, { signal }),
  ),
  implement(dataDelete, (input, { store, signal }) =>
    store.call('iris_data_delete', { ...input }, { signal }),
  ),
];
