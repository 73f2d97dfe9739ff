import { readdir, readFile, statfs } from 'node:fs/promises';
import os from 'node:os';

const PID = /^\d+$/;
const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * 1024;
/** Linux counts CPU time for user space in hundredths of a second, whatever the kernel's own tick. */
const MS_PER_TICK = 10;

interface ProcessUsage {
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** Usage of the whole sandbox in the field names of E2B's envd. */
export interface Usage {
  readonly ts: number;
  readonly cpu_count: number;
  readonly cpu_used_pct: number;
  readonly mem_total: number;
  readonly mem_used: number;
  readonly mem_cache: number;
  readonly mem_total_mib: number;
  readonly mem_used_mib: number;
  readonly disk_used: number;
  readonly disk_total: number;
}

/** Measures what all processes that are visible here use. CPU counts from one reading to the next. */
export class UsageMeter {
  readonly #home: string;
  #lastAtMs = performance.now();
  #lastCpuMs = 0;

  constructor(home: string) {
    this.#home = home;
  }

  async read(): Promise<Usage> {
    const processes = await readProcesses();
    const disk = await statfs(this.#home);
    const memoryUsed = sum(processes, (usage) => usage.memoryBytes);
    const memoryTotal = memoryLimit();
    return {
      ts: Math.floor(Date.now() / 1000),
      cpu_count: os.availableParallelism(),
      cpu_used_pct: this.#cpuPercent(sum(processes, (usage) => usage.cpuMs)),
      mem_total: memoryTotal,
      mem_used: memoryUsed,
      mem_cache: 0,
      mem_total_mib: Math.round(memoryTotal / MEBIBYTE),
      mem_used_mib: Math.round(memoryUsed / MEBIBYTE),
      disk_used: (disk.blocks - disk.bfree) * disk.bsize,
      disk_total: disk.blocks * disk.bsize,
    };
  }

  #cpuPercent(cpuMs: number): number {
    const nowMs = performance.now();
    const elapsedMs = Math.max(1, nowMs - this.#lastAtMs) * os.availableParallelism();
    const percent = (100 * Math.max(0, cpuMs - this.#lastCpuMs)) / elapsedMs;
    this.#lastAtMs = nowMs;
    this.#lastCpuMs = cpuMs;
    return Math.min(100, Math.round(percent * 100) / 100);
  }
}

async function readProcesses(): Promise<ProcessUsage[]> {
  const names = await readdir('/proc').catch(() => []);
  const usages = await Promise.all(names.filter((name) => PID.test(name)).map(readProcess));
  return usages.filter((usage) => usage !== undefined);
}

/** Undefined for a process that ends meanwhile. */
async function readProcess(pid: string): Promise<ProcessUsage | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile(`/proc/${pid}/status`, 'latin1'),
    ]);
    // The name of the program may hold anything; the fields are counted from its closing parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    // Pages of files are shared between processes and would count many times.
    const ownKib = kibOf(status, 'RssAnon') + kibOf(status, 'RssShmem');
    return { cpuMs: ticks * MS_PER_TICK, memoryBytes: ownKib * KIBIBYTE };
  } catch {
    return undefined;
  }
}

function kibOf(status: string, name: string): number {
  const start = status.indexOf(`${name}:`);
  return start === -1 ? 0 : Number.parseInt(status.slice(start + name.length + 1), 10);
}

function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < os.totalmem() ? constrained : os.totalmem();
}

function sum(usages: readonly ProcessUsage[], valueOf: (usage: ProcessUsage) => number): number {
  return usages.reduce((total, usage) => total + valueOf(usage), 0);
}
