import {
  ResourceNotFoundError,
  ResourceTemplate,
  UriTemplate,
  type McpServer,
  type ReadResourceResult,
  type Variables,
} from '@modelcontextprotocol/server';
import { IrisError, toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { RUN_URI_TEMPLATE, RUNS_URI, type RunResources } from '../resources/run-resources.ts';
import { answerInTime } from '../result/answer-in-time.ts';
import { toProtocolError } from '../result/protocol-error.ts';

export interface ResourceReports {
  readonly logger: Logger;
  readonly onFailure: (thrown: unknown) => void;
}

const JSON_TYPE = 'application/json';

/**
 * Offers the runs of the project as resources, and returns the template of one run, which completes its id.
 * To be called after all other resources are registered: it answers for each URI that is none of theirs.
 */
export function registerResources(
  server: McpServer,
  runs: RunResources,
  { logger, onFailure }: ResourceReports,
): ResourceTemplate {
  const read = async (uri: URL, work: () => Promise<unknown>): Promise<ReadResourceResult> => {
    try {
      return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(await work()) }] };
    } catch (thrown) {
      onFailure(thrown);
      const error = toProtocolError(thrown);
      throw isNotFound(thrown) ? new ResourceNotFoundError(uri.href, error.message) : error;
    }
  };
  const template = new ResourceTemplate(new AnyUri(RUN_URI_TEMPLATE), {
    // Nobody who lists resources waits for the database.
    list: undefined,
    complete: {
      id: (typed) =>
        answerInTime((signal) => runs.idsFrom(typed, signal), {
          otherwise: [],
          onFailure: (thrown) => logger('mcp.runsUnavailable', { message: toIrisError(thrown).message }),
        }),
    },
  });
  server.registerResource('runs', RUNS_URI, NEWEST_RUNS, (uri, { mcpReq: { signal } }) =>
    read(uri, () => runs.newest(signal)),
  );
  server.registerResource('run', template, ONE_RUN, (uri, { id }, { mcpReq: { signal } }) =>
    read(uri, () => (typeof id === 'string' ? runs.get(id, signal) : Promise.reject(noResource(uri)))),
  );
  return template;
}

const NEWEST_RUNS = {
  title: 'Newest runs',
  description: 'The scripts that ran last and called tools, the newest first. Older ones: the tool run_list.',
  mimeType: JSON_TYPE,
};
const ONE_RUN = {
  title: 'One run',
  description:
    'A run with each tool that it called: how long it took, how much went in and out, how it ended.',
  mimeType: JSON_TYPE,
};

/** A template that matches any URI, without variables where it is another's: the SDK says nothing of what is there. */
class AnyUri extends UriTemplate {
  override match(uri: string): Variables {
    return super.match(uri) ?? {};
  }
}

function isNotFound(thrown: unknown): boolean {
  return toIrisError(thrown).code === 'IRIS_NOT_FOUND';
}

function noResource({ href }: URL): IrisError {
  return new IrisError('IRIS_NOT_FOUND', `There is no resource ${href}`, {
    hint: `There are ${RUNS_URI} and ${RUN_URI_TEMPLATE}.`,
  });
}
