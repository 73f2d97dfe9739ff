import { tunnelSockets } from './tunnel-sockets.ts';

// Node loads this file before a program, in sandboxes that may go out.
tunnelSockets();
