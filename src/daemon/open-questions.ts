import { questionReply } from '../contract/daemon-request.ts';
import type { AskedQuestion, Question } from '../contract/daemon-wire.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** The questions to one client that have no reply yet. */
export class OpenQuestions {
  readonly #signal: AbortSignal;
  readonly #send: (question: AskedQuestion) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** `signal` aborts when the client is gone: nobody will reply then. */
  constructor(signal: AbortSignal, send: (question: AskedQuestion) => void) {
    this.#signal = signal;
    this.#send = send;
    signal.addEventListener('abort', () => this.#giveUp(), { once: true });
  }

  async ask(question: Question): Promise<unknown> {
    this.#signal.throwIfAborted();
    const id = ++this.#lastId;
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ ...question, id });
    });
  }

  /** Takes a reply; one to a question that was not asked is nobody's. */
  take(reply: unknown): void {
    const { id, value } = questionReply.parse(reply);
    this.#waiting.get(id)?.resolve(value);
    this.#waiting.delete(id);
  }

  #giveUp(): void {
    for (const { reject } of this.#waiting.values()) reject(this.#signal.reason);
    this.#waiting.clear();
  }
}
