/** Takes one event, named like `sandbox.created`, with its facts. Never given a secret. */
export type Logger = (event: string, facts?: Readonly<Record<string, unknown>>) => void;
