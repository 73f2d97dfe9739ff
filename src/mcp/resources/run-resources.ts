import { runGet, runList } from '../../contract/tools/runs.ts';
import { IrisError, toIrisError } from '../../core/errors.ts';
import type { McpBackend } from '../backend/backend.ts';

export const RUNS_URI = 'iris://runs';
export const RUN_URI_TEMPLATE = 'iris://runs/{id}';

/** The tools that have to be callable where runs are resources. */
export const RUN_TOOLS = [runList.name, runGet.name] as const;

/** As many as one page of `run_list` may hold. */
const COMPLETED_FROM = 1000;

/** The runs of a project, as resources of MCP show them. */
export class RunResources {
  readonly #backend: McpBackend;

  constructor(backend: McpBackend) {
    this.#backend = backend;
  }

  /** The newest runs. Throws what `run_list` fails with. */
  async newest(signal: AbortSignal): Promise<unknown> {
    return await this.#backend.callTool(runList.name, {}, signal);
  }

  /** One run with its tool calls, by its id as a URI holds it. Throws IRIS_NOT_FOUND, and what `run_get` fails with. */
  async get(encodedId: string, signal: AbortSignal): Promise<unknown> {
    const input = runGet.input.safeParse({ id: decode(encodedId) });
    if (!input.success) throw noRun(encodedId);
    try {
      return await this.#backend.callTool(runGet.name, input.data, signal);
    } catch (thrown) {
      throw toIrisError(thrown).code === 'IRIS_NOT_FOUND' ? noRun(encodedId) : thrown;
    }
  }

  /** The ids of runs, the newest first, that begin with what is typed. Throws what `run_list` fails with. */
  async idsFrom(typed: string, signal: AbortSignal): Promise<string[]> {
    const answer = await this.#backend.callTool(runList.name, { limit: COMPLETED_FROM }, signal);
    const ids = runList.output.parse(answer).runs.map(({ id }) => id);
    return ids.filter((id) => id.startsWith(typed));
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function noRun(id: string): IrisError {
  return new IrisError('IRIS_NOT_FOUND', `There is no run ${id}`, {
    hint: `The newest are in ${RUNS_URI}. Runs that called no tool are not kept.`,
  });
}
