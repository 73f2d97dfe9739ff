/** How long a connection to a sandbox may be silent before it counts as lost. */
export interface Patience {
  /** From the first packet to a connection that stands. */
  readonly connectMs: number;
  /** From a request to the head of its answer. */
  readonly answerMs: number;
  /** How often a stream without output gives a sign of life; whole seconds, for that is how it is asked for. */
  readonly pingMs: number;
  /** From one sign of life of a stream to the next. */
  readonly silenceMs: number;
  /** From the loss of a connection to giving up on getting it back. */
  readonly reconnectMs: number;
}

export const PATIENCE: Patience = {
  connectMs: 10_000,
  answerMs: 30_000,
  pingMs: 15_000,
  silenceMs: 40_000,
  reconnectMs: 60_000,
};
