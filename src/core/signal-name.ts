/** The signals that iris passes on to a script. */
export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGKILL';
