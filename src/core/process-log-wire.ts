/** The port of a channel that the agent opens: lines of JSON about processes that started and ended. */
export const PROCESS_LOG_CHANNEL_PORT = 2;

/** A line that is longer is none of the agent's. */
export const MAX_PROCESS_LOG_LINE_BYTES = 4096;
