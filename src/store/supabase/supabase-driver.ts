import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { IrisError } from '../../core/errors.ts';
import { databaseFailure } from '../port/database-failure.ts';
import type { Driver, DriverCall } from '../port/driver.ts';
import { NoWebSocket } from './no-web-socket.ts';

export interface SupabaseOptions {
  readonly url: string;
  /** A publishable key together with a key of iris, or a secret key, which sees every project. */
  readonly key: string;
}

/** A Supabase project, by its REST interface. */
export class SupabaseDriver implements Driver {
  readonly engine = 'supabase';
  readonly #options: SupabaseOptions;
  readonly #clients = new Map<string, SupabaseClient>();

  constructor(options: SupabaseOptions) {
    this.#options = options;
  }

  async call({ operation, input, identity, deadlineMs, signal }: DriverCall): Promise<unknown> {
    const deadline = AbortSignal.timeout(deadlineMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    const client = this.#clientFor(identity.type === 'key' ? identity.key : undefined);
    const p_project = identity.type === 'project' ? identity.projectId : undefined;
    const { data, error, status } = await client
      .rpc(operation, { p_input: input, ...(p_project === undefined ? {} : { p_project }) })
      .abortSignal(either);
    signal?.throwIfAborted();
    if (error === null) return data;
    // Without an answer of the database: the network, or the deadline.
    if (status === 0 || (error.code ?? '') === '') {
      throw new IrisError(
        'IRIS_UNAVAILABLE',
        deadline.aborted
          ? `Supabase did not answer within ${deadlineMs} ms`
          : `Supabase cannot be reached: ${error.message} (HTTP ${status})`,
        { hint: 'Check SUPABASE_URL and the network: iris doctor', cause: error },
      );
    }
    throw databaseFailure(
      { code: error.code, message: error.message, detail: error.details, hint: error.hint },
      error,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clients.clear();
  }

  #clientFor(irisKey: string | undefined): SupabaseClient {
    const known = this.#clients.get(irisKey ?? '');
    if (known !== undefined) return known;
    const client = createClient(this.#options.url, this.#options.key, {
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      realtime: { transport: NoWebSocket },
      global: { headers: irisKey === undefined ? {} : { 'x-iris-key': irisKey } },
    });
    this.#clients.set(irisKey ?? '', client);
    return client;
  }
}
