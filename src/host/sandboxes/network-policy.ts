/** Who may reach a sandbox, and how it sees them. */
export interface NetworkPolicy {
  /** False: the ports of its programs ask for the traffic token. */
  readonly allowPublicTraffic: boolean;
  /** The Host header that its programs see; `${PORT}` in it stands for their port. */
  readonly maskRequestHost?: string | undefined;
}
