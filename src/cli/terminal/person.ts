import type { ConfirmQuestion } from '../../contract/daemon-wire.ts';
import type { HeldOutput } from '../render/held-output.ts';
import { renderQuestion } from '../render/question.ts';
import type { StandardInput } from './standard-input.ts';

const ANSWERS: Readonly<Record<string, 'once' | 'always' | 'no'>> = {
  y: 'once',
  yes: 'once',
  a: 'always',
  always: 'always',
  n: 'no',
  no: 'no',
  '': 'no',
};

/** Asks the person at the terminal, one question after the other, and remembers what is always allowed. */
export class Person {
  readonly #stdin: StandardInput;
  readonly #output: HeldOutput;
  readonly #always = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();
  #dismissal = new AbortController();

  constructor(stdin: StandardInput, output: HeldOutput) {
    this.#stdin = stdin;
    this.#output = output;
  }

  /** Undefined when standard input has ended: nobody answers any more. */
  confirm(question: ConfirmQuestion): Promise<boolean | undefined> {
    const { signal } = this.#dismissal;
    const answer = this.#last.then(() => this.#ask(question, signal));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** Answers no to all that is asked now, and waits until the terminal is as it was; what is asked later is asked. */
  async dismiss(): Promise<void> {
    this.#dismissal.abort();
    this.#dismissal = new AbortController();
    await this.#last;
  }

  async #ask(question: ConfirmQuestion, signal: AbortSignal): Promise<boolean | undefined> {
    if (this.#always.has(question.text)) return true;
    if (signal.aborted) return false;
    const release = this.#output.hold();
    try {
      return await this.#answer(question, signal);
    } finally {
      release();
    }
  }

  async #answer(question: ConfirmQuestion, signal: AbortSignal): Promise<boolean | undefined> {
    let isShown = false;
    for (let prompt = renderQuestion(question); ; prompt = 'Answer y, a or n: ') {
      const show = (): void => {
        process.stderr.write(prompt);
        isShown = true;
      };
      const line = await this.#stdin.ask(show, signal);
      if (line === undefined && isShown) process.stderr.write('\n');
      if (line === undefined) return isShown || signal.aborted ? false : undefined;
      const answer = ANSWERS[line.trim().toLowerCase()];
      if (answer === 'always') this.#always.add(question.text);
      if (answer !== undefined) return answer !== 'no';
    }
  }
}
