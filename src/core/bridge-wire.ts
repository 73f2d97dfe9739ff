/** The port of a channel that the agent opens: what comes on it are calls of a script in the sandbox. */
export const BRIDGE_CHANNEL_PORT = 3;

/** A request to start a process that carries it wants a socket for the process's calls, named by IRIS_BRIDGE. */
export const BRIDGE_HEADER = 'iris-bridge';

/** Environment of a script: the socket that leads to the tools, and what proves which run it is. */
export const BRIDGE_ENV = { socket: 'IRIS_BRIDGE', token: 'IRIS_BRIDGE_TOKEN' } as const;

/** The first byte of a connection that only asks whether all before it were seen; no JSON begins with it. */
export const SENTINEL_BYTE = 0;
