import type { SandboxSize } from '../sandbox.ts';

/** Dollars for what a sandbox was given, by the second. */
export interface Prices {
  readonly perVcpuSecondUsd: number;
  readonly perGibSecondUsd: number;
}

/** What a sandbox of this size comes to in a second. */
export function usdPerSecond({ vcpus, memoryGib }: SandboxSize, prices: Prices): number {
  return vcpus * prices.perVcpuSecondUsd + memoryGib * prices.perGibSecondUsd;
}

/** What it comes to in this time. */
export function estimateUsd(size: SandboxSize, seconds: number, prices: Prices): number {
  return usdPerSecond(size, prices) * Math.max(0, seconds);
}
