import { spawn } from 'node:child_process';

export interface Command {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Done before each round, outside the measured time. */
  readonly before?: () => Promise<void>;
}

export interface Measured {
  readonly name: string;
  readonly medianMs: number;
  readonly minMs: number;
  /** Median of the ratios to the first command, round by round. */
  readonly ratio: number;
}

/**
 * Runs the commands in turn, A B C A B C, so that a noisy moment hits all of them alike.
 * Wall time from start to end, output thrown away, two rounds of warming up.
 */
export async function interleave(commands: readonly Command[], rounds: number): Promise<Measured[]> {
  const times = commands.map((): number[] => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      await command.before?.();
      const ms = await timeOf(command);
      if (round >= 0) times[index]?.push(ms);
    }
  }
  const base = times[0] ?? [];
  return commands.map(({ name }, index) => {
    const own = times[index] ?? [];
    return {
      name,
      medianMs: median(own),
      minMs: Math.min(...own),
      ratio: median(own.map((ms, round) => ms / (base[round] ?? Number.NaN))),
    };
  });
}

/** Milliseconds from the start of a command to its end. Throws when it fails. */
export function timeOf(command: Command): Promise<number> {
  const [file = '', ...args] = command.argv;
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: benchEnv(command.env) });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(performance.now() - startedAt);
      else reject(new Error(`${command.name} ended with ${code}: ${stderr.slice(-500)}`));
    });
  });
}

/** This process's environment without what changes the start of Node itself. */
export function benchEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _1, NODE_OPTIONS: _2, NODE_COMPILE_CACHE: _3, ...env } = process.env;
  return { ...env, ...extra };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
