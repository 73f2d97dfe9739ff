import { PROBE_SCRIPT, type ProbeReport } from './probe-script.ts';
import type { RungProbe } from '../launch/rung.ts';

const ROOT_ENTRIES = new Set([
  'bin',
  'dev',
  'etc',
  'home',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'opt',
  'proc',
  'run',
  'sbin',
  'tmp',
  'usr',
]);
// The init process, the probe, and room for what ends at this moment.
const MAX_PROCESSES = 8;
const NO_CAPABILITIES = '0000000000000000';

/** How a rung that is built of namespaces proves itself. */
export const NAMESPACES_PROBE: RungProbe = {
  script: PROBE_SCRIPT,
  judge: (text) => {
    const report = parseProbeReport(text);
    return report === undefined ? ['the probe wrote no report'] : judgeProbe(report);
  },
};

/** Names every promise that the sandbox which wrote this report breaks; none means that the rung works. */
export function judgeProbe(report: ProbeReport): readonly string[] {
  const strangers = report.rootEntries.filter((name) => !ROOT_ENTRIES.has(name));
  const writable = report.writableFolders.join(' ');
  const checks: readonly (readonly [broken: boolean, what: string])[] = [
    [strangers.length > 0, `it sees /${strangers.join(', /')} of the host`],
    [
      report.networkInterfaces.join() !== 'lo',
      `it has network interfaces ${report.networkInterfaces.join()}`,
    ],
    [report.processCount > MAX_PROCESSES, `it sees ${report.processCount} processes`],
    [statusField(report, 'Seccomp') !== '2', 'no system call filter is active'],
    [statusField(report, 'NoNewPrivs') !== '1', 'setuid programs may gain powers'],
    [statusField(report, 'CapEff') !== NO_CAPABILITIES, 'it has capabilities'],
    [statusField(report, 'CapBnd') !== NO_CAPABILITIES, 'it may gain capabilities'],
    [report.canCreateUserNamespace, 'it may create user namespaces'],
    [writable !== '/home/user /tmp', `it can write to ${writable || 'nothing'}`],
  ];
  return checks.filter(([broken]) => broken).map(([, what]) => what);
}

/** Reads what a probe wrote, or returns undefined when it is no report. */
export function parseProbeReport(text: string): ProbeReport | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isProbeReport(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isProbeReport(value: unknown): value is ProbeReport {
  if (typeof value !== 'object' || value === null) return false;
  const lists = ['rootEntries', 'networkInterfaces', 'writableFolders'];
  const types = {
    processCount: 'number',
    status: 'string',
    canCreateUserNamespace: 'boolean',
  };
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  return (
    lists.every((name) => Array.isArray(fields.get(name))) &&
    Object.entries(types).every(([name, type]) => typeof fields.get(name) === type)
  );
}

function statusField(report: ProbeReport, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(\\S+)$`, 'm').exec(report.status)?.[1];
}
