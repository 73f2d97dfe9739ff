import { byFormat, formatsOf, shownFormats, type Formats } from './display.ts';
import { sendResult } from './kernel-output.ts';
import { sendError } from './send-error.ts';

const FORMATS = ['text', 'html', 'svg', 'png', 'jpeg', 'json'] as const;

/**
 * What a cell finds as `$$`, as in IJavascript, which E2B's cells run in: it sets the cell's result in place of the last
 * value, and lets a cell go on after its last line.
 */
export class CellNotebook {
  #isAsync = false;
  #isOver = false;
  #finish: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  readonly #ended: Promise<void>;

  constructor() {
    this.#ended = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    this.#ended.catch(() => undefined);
  }

  /** Shows the value of the last expression, unless the cell said something else; waits for a cell that asked for it. */
  async end(value: unknown): Promise<void> {
    if (this.#isAsync || this.#isOver) await this.#ended;
    else if (value !== undefined) sendResult(formatsOf(value), true);
    this.#isOver = true;
  }

  readonly async = (isAsync = true): boolean => (this.#isAsync = isAsync);
  readonly done = (...results: readonly unknown[]): void => {
    if (results.length > 0) this.sendResult(results[0]);
    this.#end();
  };
  readonly sendResult = (result: unknown, goesOn = false): void => this.#give(result, formatsOf, goesOn);
  readonly sendError = (error: unknown, goesOn = false): void => {
    if (this.#isOver) return;
    if (goesOn) {
      this.#isAsync = true;
      sendError(error);
      return;
    }
    this.#isOver = true;
    this.#fail(error);
  };
  readonly mime = (bundle: unknown, goesOn = false): void => this.#give(bundle, byFormat, goesOn);
  readonly text = this.#giverOf('text');
  readonly html = this.#giverOf('html');
  readonly svg = this.#giverOf('svg');
  readonly png = this.#giverOf('png');
  readonly jpeg = this.#giverOf('jpeg');
  readonly json = this.#giverOf('json');
  readonly input = (): never => {
    throw new Error('$$.input() is not available: a cell has no terminal to read from');
  };

  /** Something that shows results before the cell is over. */
  readonly display = (): Readonly<Record<string, (shown: unknown) => void>> => {
    const show = (formats: Formats): void => sendResult(shownFormats(formats), false);
    const named = FORMATS.map((name) => [name, (shown: unknown) => show({ [name]: shown })] as const);
    return {
      ...Object.fromEntries(named),
      mime: (bundle) => show(byFormat(bundle)),
      close: () => undefined,
    };
  };

  #giverOf(name: (typeof FORMATS)[number]): (shown: unknown, goesOn?: boolean) => void {
    return (shown, goesOn = false) => this.#give(shown, (value) => shownFormats({ [name]: value }), goesOn);
  }

  #give(given: unknown, toFormats: (value: unknown) => Formats, goesOn: boolean): void {
    if (this.#isOver) return;
    if (given instanceof Promise) {
      this.#isAsync = true;
      given.then(
        (value) => this.#give(value, toFormats, goesOn),
        (error: unknown) => this.sendError(error),
      );
      return;
    }
    sendResult(toFormats(given), true);
    if (goesOn) this.#isAsync = true;
    else this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#finish();
  }
}
