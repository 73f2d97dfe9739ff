/** What Connect's error codes are in HTTP, where a call is not a stream. */
const CONNECT_STATUS = {
  canceled: 499,
  unknown: 500,
  invalid_argument: 400,
  deadline_exceeded: 504,
  not_found: 404,
  already_exists: 409,
  permission_denied: 403,
  resource_exhausted: 429,
  failed_precondition: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  unauthenticated: 401,
} as const satisfies Record<string, number>;

export type ConnectCode = keyof typeof CONNECT_STATUS;

/** A failure in the words of the Connect protocol: what an E2B client sees of a call that went wrong. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  readonly code: ConnectCode;

  constructor(code: ConnectCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return CONNECT_STATUS[this.code];
  }

  toJSON(): { code: ConnectCode; message: string } {
    return { code: this.code, message: this.message };
  }
}

/** Turns anything that was thrown into a ConnectFailure; what is not one is internal. */
export function toConnectFailure(thrown: unknown): ConnectFailure {
  if (thrown instanceof ConnectFailure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ConnectFailure('internal', message, { cause: thrown });
}
