import { isDeepStrictEqual } from 'node:util';
import { IrisError } from '../core/errors.ts';
import type { ExecutorOptions } from './executor-options.ts';
import { IrisCodeExecutor } from './iris-code-executor.ts';

interface Shared {
  readonly executor: IrisCodeExecutor;
  readonly options: ExecutorOptions;
}

let shared: Shared | undefined;

/**
 * The one executor of this process, made with the first call; it keeps the process going until it is closed. Options count with the first call; later ones may leave them out. Throws IRIS_CONFLICT for others than it was made with.
 *
 * @example
 * import { getExecutor } from 'iris-prime/executor';
 * const { output } = await getExecutor().executeCode("console.log('hello')");
 * console.log(output);
 * await getExecutor().close();
 */
export function getExecutor(options?: ExecutorOptions): IrisCodeExecutor {
  if (shared === undefined || shared.executor.isClosed) shared = open(options ?? {});
  if (options === undefined || isDeepStrictEqual(options, shared.options)) return shared.executor;
  throw new IrisError('IRIS_CONFLICT', 'The shared executor was made with other options', {
    hint: 'Call getExecutor() without options, or make an executor of your own: new IrisCodeExecutor(options).',
  });
}

function open(options: ExecutorOptions): Shared {
  const executor = new IrisCodeExecutor(options);
  return { executor, options: { ...options } };
}
