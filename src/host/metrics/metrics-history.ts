import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';

/** As much of a sandbox as its history needs. */
interface Sampled {
  readonly id: string;
  onEnd(listener: () => void): unknown;
}

/** One sample in E2B's shape. */
export interface MetricsSample {
  readonly timestamp: string;
  readonly timestampUnix: number;
  readonly cpuUsedPct: number;
  readonly cpuCount: number;
  readonly memUsed: number;
  readonly memTotal: number;
  readonly memCache: number;
  readonly diskUsed: number;
  readonly diskTotal: number;
}

interface HistoryOptions<Sandbox> {
  readonly sample: (sandbox: Sandbox) => Promise<MetricsSample>;
  readonly intervalMs?: number;
  /** An hour by default. */
  readonly maxSamples?: number;
}

interface Series {
  readonly samples: MetricsSample[];
  /** The sample under way, which everybody who asks meanwhile shares. */
  pending?: Promise<void> | undefined;
}

const INTERVAL_MS = 5000;
const MAX_SAMPLES = 720;

/** Samples each live sandbox from the first question about it to its end. */
export class MetricsHistory<Sandbox extends Sampled = LiveSandbox> {
  readonly #options: HistoryOptions<Sandbox>;
  readonly #series = new Map<string, Series>();

  constructor(options: HistoryOptions<Sandbox>) {
    this.#options = options;
  }

  /** Takes a sample now and returns it after the ones before, oldest first. */
  async read(sandbox: Sandbox): Promise<readonly MetricsSample[]> {
    const series = this.#series.get(sandbox.id) ?? this.#begin(sandbox);
    await this.#sample(sandbox, series);
    return series.samples;
  }

  /** The samples from before, for a sandbox that cannot be sampled now. */
  kept(sandboxId: string): readonly MetricsSample[] {
    return this.#series.get(sandboxId)?.samples ?? [];
  }

  #begin(sandbox: Sandbox): Series {
    const series: Series = { samples: [] };
    this.#series.set(sandbox.id, series);
    const again = (): void => void this.#sample(sandbox, series).catch(() => undefined);
    const timer = setInterval(again, this.#options.intervalMs ?? INTERVAL_MS).unref();
    sandbox.onEnd(() => {
      clearInterval(timer);
      this.#series.delete(sandbox.id);
    });
    return series;
  }

  #sample(sandbox: Sandbox, series: Series): Promise<void> {
    series.pending ??= this.#append(sandbox, series.samples).finally(() => {
      series.pending = undefined;
    });
    return series.pending;
  }

  async #append(sandbox: Sandbox, samples: MetricsSample[]): Promise<void> {
    samples.push(await this.#options.sample(sandbox));
    if (samples.length > (this.#options.maxSamples ?? MAX_SAMPLES)) samples.shift();
  }
}
