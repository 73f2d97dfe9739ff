/** What a script is told of a tool. */
export interface ToolSummary {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/** A tool with everything that is needed to call it. */
export interface ToolDescription extends ToolSummary {
  readonly effect: string;
  /** JSON Schemas. */
  readonly input: unknown;
  readonly output: unknown;
  readonly example?: unknown;
}

export interface DoorCall {
  readonly name: string;
  readonly input: unknown;
  /** How long the request was. */
  readonly bytes: number;
  /** The same for a request that is sent again, so that a write happens once. */
  readonly callId: string;
  readonly traceparent: string | undefined;
  readonly signal: AbortSignal;
}

/** The tools that one run may call, with the policy and the budget of that run already in force. */
export interface ToolDoor {
  call(call: DoorCall): Promise<unknown>;
  list(): Promise<readonly ToolSummary[]>;
  search(query: string): Promise<readonly ToolSummary[]>;
  describe(name: string): Promise<ToolDescription>;
}
