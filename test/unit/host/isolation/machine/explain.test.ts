import { describe, expect, test } from 'vitest';
import { readBubblewrapHelp } from '../../../../../src/host/isolation/namespaces/bubblewrap-features.ts';
import { explainFailure } from '../../../../../src/host/isolation/machine/explain-failure.ts';
import type { HostFacts } from '../../../../../src/host/isolation/machine/host-facts.ts';
import { missingPart } from '../../../../../src/host/isolation/machine/missing-parts.ts';
import { aMachine, tools } from '../a-machine.ts';

const OPEN_HOST: HostFacts = {
  maxUserNamespaces: '96365',
  unprivilegedUsernsClone: undefined,
  apparmorRestrictsUserns: undefined,
  container: undefined,
  isFiltered: false,
};
const REFUSED = 'bwrap: setting up uid map: Permission denied';

describe('explainFailure()', () => {
  test.each([
    [{ maxUserNamespaces: '0' }, 'user.max_user_namespaces=0', 'sysctl -w user.max_user_namespaces=15000'],
    [
      { unprivilegedUsernsClone: '0' },
      'kernel.unprivileged_userns_clone=0',
      'sysctl -w kernel.unprivileged_userns_clone=1',
    ],
    [
      { apparmorRestrictsUserns: '1' },
      'kernel.apparmor_restrict_unprivileged_userns=1',
      'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    ],
    [{ container: 'Docker' }, 'this Docker container', '--security-opt'],
    [{ isFiltered: true }, 'this container does not', '--security-opt'],
  ] as const)('finds %j as the cause', (facts, cause, remedy) => {
    const explained = explainFailure(REFUSED, { ...OPEN_HOST, ...facts });

    expect(explained.cause).toContain(cause);
    expect(explained.cause).toContain(REFUSED);
    expect(explained.remedy).toContain(remedy);
  });

  test('repeats what it cannot explain', () => {
    expect(explainFailure('no answer', { ...OPEN_HOST, container: 'Podman' })).toEqual({
      cause: 'no answer',
    });
    expect(explainFailure(REFUSED, OPEN_HOST)).toEqual({ cause: REFUSED });
  });
});

describe('missingPart()', () => {
  test('finds nothing missing on a complete machine', () => {
    expect(missingPart('bubblewrap', aMachine(), 'linux')).toBeUndefined();
    expect(missingPart('util-linux', aMachine({ isRoot: true }), 'linux')).toBeUndefined();
  });

  test('names missing programs with the packages that bring them', () => {
    const machine = aMachine({ tools: tools('unshare', 'mount') });

    expect(missingPart('bubblewrap', machine, 'linux')).toEqual({
      cause: 'bwrap, prlimit not installed',
      remedy: 'apt-get install bubblewrap util-linux',
    });
  });

  test('asks for the tools of the stage from root alone', () => {
    const bare = { tools: tools('bwrap', 'prlimit') };

    expect(missingPart('bubblewrap', aMachine(bare), 'linux')).toBeUndefined();
    expect(missingPart('bubblewrap', aMachine({ ...bare, isRoot: true }), 'linux')?.cause).toContain(
      'setpriv',
    );
  });

  test('names the system or the processor that has no rung', () => {
    expect(missingPart('bubblewrap', aMachine(), 'darwin')?.cause).toBe('bubblewrap needs Linux');
    expect(missingPart('sandbox-exec', aMachine(), 'linux')?.cause).toBe('sandbox-exec needs macOS');
    expect(missingPart('sandbox-exec', aMachine({ numbers: undefined }), 'darwin')).toBeUndefined();
    expect(missingPart('bubblewrap', aMachine(), 'win32')).toEqual({
      cause: 'Windows itself has no isolation that iris can use',
      remedy: 'run iris in WSL2 (wsl --install)',
    });
    expect(missingPart('util-linux', aMachine({ numbers: undefined }), 'linux')?.cause).toContain(
      'no system call filter',
    );
  });
});

describe('readBubblewrapHelp()', () => {
  const old = '--as-pid-1 --clearenv --perms OCTAL --seccomp FD --unshare-cgroup-try';

  test('takes a bubblewrap that can limit a tmpfs', () => {
    expect(readBubblewrapHelp(`${old} --size BYTES`)).toEqual({
      type: 'usable',
      features: { canDisableUserns: false },
    });
    expect(readBubblewrapHelp(`${old} --size BYTES\n --disable-userns`)).toMatchObject({
      features: { canDisableUserns: true },
    });
  });

  test('refuses an older one and says what it lacks', () => {
    expect(readBubblewrapHelp(old)).toEqual({ type: 'too-old', missing: ['--size'] });
  });
});
