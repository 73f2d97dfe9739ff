import { access, readFile } from 'node:fs/promises';

/** The settings of a Linux host that decide whether namespaces can be made. */
export interface HostFacts {
  /** user.max_user_namespaces. */
  readonly maxUserNamespaces: string | undefined;
  /** kernel.unprivileged_userns_clone (Debian's own switch). */
  readonly unprivilegedUsernsClone: string | undefined;
  /** kernel.apparmor_restrict_unprivileged_userns (Ubuntu 23.10 and later). */
  readonly apparmorRestrictsUserns: string | undefined;
  /** What kind of container this is, if it shows. */
  readonly container: 'Docker' | 'Podman' | undefined;
  /** Whether this process runs under somebody's system call filter, as in most containers. */
  readonly isFiltered: boolean;
}

/** Reads the host's settings; what cannot be read is undefined. */
export async function readHostFacts(): Promise<HostFacts> {
  const [maxUserNamespaces, unprivilegedUsernsClone, apparmorRestrictsUserns, status, docker, podman] =
    await Promise.all([
      readText('/proc/sys/user/max_user_namespaces'),
      readText('/proc/sys/kernel/unprivileged_userns_clone'),
      readText('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
      readText('/proc/self/status'),
      exists('/.dockerenv'),
      exists('/run/.containerenv'),
    ]);
  return {
    maxUserNamespaces,
    unprivilegedUsernsClone,
    apparmorRestrictsUserns,
    container: containerOf(docker, podman),
    isFiltered: /^Seccomp:\s*2$/m.test(status ?? ''),
  };
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function containerOf(hasDockerFile: boolean, hasPodmanFile: boolean): HostFacts['container'] {
  if (hasPodmanFile) return 'Podman';
  return hasDockerFile ? 'Docker' : undefined;
}
