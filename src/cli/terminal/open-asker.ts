import type { OnConfirm } from '../../daemon/client/reply.ts';
import type { Person } from './person.ts';
import type { HeldOutput } from '../render/held-output.ts';
import type { StandardInput } from './standard-input.ts';

export interface AskerOptions {
  readonly canAsk: () => boolean;
  readonly stdin: StandardInput;
  readonly output: HeldOutput;
}

export interface Asker {
  readonly confirm: OnConfirm;
  /** Takes every open question as answered with no, and takes it off the terminal. */
  dismiss(): Promise<void>;
}

/** Opens the way to the person at the terminal; what it takes is loaded with the first question. */
export function openAsker({ canAsk, stdin, output }: AskerOptions): Asker {
  let person: Promise<Person> | undefined;
  return {
    confirm: async (question) => {
      if (!canAsk()) return undefined;
      person ??= import('./person.ts').then(({ Person: Asked }) => new Asked(stdin, output));
      return await (await person).confirm(question);
    },
    dismiss: async () => await (await person)?.dismiss(),
  };
}
