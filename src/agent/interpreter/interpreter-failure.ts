/** A request that cannot be served: what the client gets as status and text. */
export class InterpreterFailure extends Error {
  override readonly name = 'InterpreterFailure';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
