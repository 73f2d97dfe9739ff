import type { AskedQuestion, ConfirmQuestion } from '../../contract/daemon-wire.ts';

/** Asks the person at the terminal; undefined where nobody can be asked. */
export type OnConfirm = (question: ConfirmQuestion) => Promise<boolean | undefined>;

/** Who answers the questions of the daemon. */
export interface Answerer {
  /** The client's own environment, of which the daemon may ask single variables. */
  readonly env: NodeJS.ProcessEnv;
  /** Asks the person at the terminal; without it nobody can be asked. */
  readonly onConfirm?: OnConfirm | undefined;
}

/** What is replied to a question of the daemon. */
export async function replyTo(question: AskedQuestion, { env, onConfirm }: Answerer): Promise<unknown> {
  if (question.type === 'env') return variablesOf(question.names, env);
  return (await onConfirm?.(question).catch(() => undefined)) ?? null;
}

/** Those of the named variables that are set. */
export function variablesOf(names: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
