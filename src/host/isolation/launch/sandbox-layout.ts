import type { KernelSources } from './kernel-sources.ts';
import type { SandboxLimits, VolumeMount } from './launcher.ts';

export const SANDBOX_UID = 1000;
export const SANDBOX_GID = 1000;
export const SANDBOX_HOME = '/home/user';
export const SANDBOX_HOSTNAME = 'iris';
export const SANDBOX_NODE = '/opt/iris/bin/node';
export const SANDBOX_AGENT = '/opt/iris/agent.cjs';
export const SANDBOX_SPARE = '/opt/iris/spare.mjs';
export const SANDBOX_PRELOAD = '/opt/iris/egress.cjs';
export const SANDBOX_KERNEL = '/opt/iris/kernel.cjs';
export const SANDBOX_ESBUILD = '/opt/iris/esbuild';
export const SHM_BYTES = 64 * 1024 * 1024;

/** Folders and files of the host's /etc that hold no secrets and that programs need. */
export const SHARED_ETC = ['ssl/certs', 'alternatives', 'ld.so.cache'] as const;

/** The files that the launcher brings into /opt/iris, as paths that the launcher can open. */
export interface SandboxSources {
  readonly node: string;
  readonly agent?: string | undefined;
  readonly spare?: string | undefined;
  /** What Node loads first in sandboxes that may go out. */
  readonly preload?: string | undefined;
  /** What the code interpreter needs beside them. */
  readonly kernel?: KernelSources | undefined;
}

/** Where all of them are. */
export function sourcePaths({ kernel, ...files }: SandboxSources): readonly (string | undefined)[] {
  return [...Object.values(files), kernel?.script, kernel?.esbuild];
}

/** One sandbox, before it is known which rung builds it. */
export interface Blueprint {
  readonly sandboxId: string;
  readonly limits: SandboxLimits;
  readonly sources: SandboxSources;
  /** The home's folder, as a path that the launcher can open; without one it is in memory. */
  readonly home?: string | undefined;
  readonly volumes?: readonly VolumeMount[] | undefined;
  /** What runs inside, below the init process. */
  readonly command: readonly string[];
}

/** What to execute to get a sandbox, and what it reads from its descriptors 4, 5, …. */
export interface LauncherCommand {
  readonly argv: readonly string[];
  readonly inputs: readonly Buffer[];
}

/**
 * PID 1 of a sandbox: reaps orphans, and its end is the end of every process there.
 * When the host runs out of memory, the sandbox goes before anything else does.
 */
const INIT_SCRIPT = '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; "$@"; exit $?';

/** What the sandbox runs when nothing else is asked for. */
export function agentCommand(): readonly string[] {
  return [SANDBOX_NODE, SANDBOX_AGENT];
}

/** The complete environment of the processes in a sandbox. */
export function sandboxEnvironment(sandboxId: string): Readonly<Record<string, string>> {
  return {
    PATH: '/opt/iris/bin:/usr/local/bin:/usr/bin:/bin',
    HOME: SANDBOX_HOME,
    USER: 'user',
    LOGNAME: 'user',
    LANG: 'C.UTF-8',
    E2B_SANDBOX: 'true',
    E2B_SANDBOX_ID: sandboxId,
  };
}

/**
 * The blueprint's command under its limits and under an init process.
 * Set inside the user namespace, RLIMIT_NPROC counts the threads of this sandbox alone.
 */
export function limitedCommand(blueprint: Blueprint, prlimit: string): readonly string[] {
  return [
    prlimit,
    ...limitArguments(blueprint.limits),
    '/bin/sh',
    '-c',
    INIT_SCRIPT,
    'init',
    ...blueprint.command,
  ];
}

/** What prlimit is told: each limit as soft and as hard one. */
export function limitArguments(limits: SandboxLimits): readonly string[] {
  const { memoryBytes, maxThreads, maxOpenFiles, maxFileBytes } = limits;
  return [
    `--data=${memoryBytes}:${memoryBytes}`,
    `--nproc=${maxThreads}:${maxThreads}`,
    `--nofile=${maxOpenFiles}:${maxOpenFiles}`,
    `--fsize=${maxFileBytes}:${maxFileBytes}`,
    '--core=0:0',
  ];
}
