/** Whose data a call reads and writes: a project that this process has chosen, or that of an API key. */
export type Identity =
  { readonly type: 'project'; readonly projectId: string } | { readonly type: 'key'; readonly key: string };

export type Engine = 'pglite' | 'postgres' | 'supabase';

/** One operation of the database, which is one function `public.iris_…` and one transaction. */
export interface DriverCall {
  readonly operation: `iris_${string}`;
  /** Plain JSON. */
  readonly input: unknown;
  readonly identity: Identity;
  /** The caller gives up then; a database that blocks everybody else is freed. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One database, whichever it is. */
export interface Driver extends AsyncDisposable {
  readonly engine: Engine;
  /** Returns plain JSON. Throws IrisError with the stable codes of the tools. */
  call(call: DriverCall): Promise<unknown>;
}
