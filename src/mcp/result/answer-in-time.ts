/** A client asks for lists when it connects: it is not kept waiting for a database that is not there. */
const BUDGET_MS = 8_000;

export interface InTimeOptions<Answer> {
  /** Ends the work before its time. */
  readonly signal?: AbortSignal | undefined;
  /** The answer where the work fails or takes too long. */
  readonly otherwise: Answer;
  readonly onFailure: (thrown: unknown) => void;
}

/** Does what a client would rather have without an answer than late or as a failure. */
export async function answerInTime<Answer>(
  work: (signal: AbortSignal) => Promise<Answer>,
  { signal, otherwise, onFailure }: InTimeOptions<Answer>,
): Promise<Answer> {
  const budget = AbortSignal.timeout(BUDGET_MS);
  try {
    return await work(signal === undefined ? budget : AbortSignal.any([signal, budget]));
  } catch (thrown) {
    onFailure(thrown);
    return otherwise;
  }
}
