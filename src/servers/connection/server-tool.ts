/** A tool of a server, as its list tells of it. */
export interface ServerTool {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** What the server says of it; without a word it counts as the worst. */
  readonly effect: 'read' | 'write' | 'delete';
  /** JSON Schemas; a server need not tell what it answers. */
  readonly input: unknown;
  readonly output: unknown;
}
