import type { SandboxSpec } from './live-sandbox.ts';

/** What there is to tell about a sandbox, whether or not it has processes. */
export interface KnownSandbox {
  readonly id: string;
  readonly accessToken: string;
  readonly templateId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly spec: SandboxSpec;
  readonly startedAtMs: number;
  readonly endAtMs: number;
  readonly state: 'running' | 'paused';
}
