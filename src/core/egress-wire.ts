/** The port of a channel that the agent opens: what comes on it are bytes of a program that wants out. */
export const EGRESS_CHANNEL_PORT = 1;

/** Where programs in a sandbox that may go out find their proxy: HTTP and SOCKS5 on one port of its loopback. */
export const EGRESS_PROXY_PORT = 49_998;
