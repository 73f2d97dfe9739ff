import { describe, expect, test } from 'vitest';
import { bubblewrapCommand } from '../../../../../src/host/isolation/namespaces/bubblewrap-command.ts';
import { planRootStage, pickMountPoint } from '../../../../../src/host/isolation/namespaces/root-stage.ts';
import { syscallNumbers } from '../../../../../src/host/isolation/seccomp/syscall-numbers.ts';
import { utilLinuxCommand } from '../../../../../src/host/isolation/namespaces/util-linux-command.ts';
import { aBlueprint, aMachine } from '../a-machine.ts';

describe('bubblewrapCommand()', () => {
  const { argv, inputs } = bubblewrapCommand(aBlueprint(), aMachine(), { canDisableUserns: true });
  const line = argv.join(' ');

  test('separates every namespace and drops every power', () => {
    for (const name of ['user', 'pid', 'net', 'ipc', 'uts']) expect(argv).toContain(`--unshare-${name}`);
    expect(line).toContain('--cap-drop ALL');
    expect(argv).toEqual(
      expect.arrayContaining(['--disable-userns', '--die-with-parent', '--new-session', '--clearenv']),
    );
    expect(argv).not.toContain('--share-net');
  });

  test('makes / and /dev read-only after everything was mounted on them', () => {
    const lastMount = Math.max(
      ...['--tmpfs', '--ro-bind', '--file', '--dir'].map((flag) => argv.lastIndexOf(flag)),
    );

    expect(argv.indexOf('--remount-ro')).toBeGreaterThan(lastMount);
    expect(line).toContain('--remount-ro /dev --remount-ro /');
  });

  test('limits every tmpfs', () => {
    expect(line).toContain('--size 5 --tmpfs /home/user');
    expect(line).toContain('--size 6 --tmpfs /tmp');
    expect(argv.filter((word) => word === '--tmpfs')).toHaveLength(
      argv.filter((word) => word === '--size').length,
    );
  });

  test('shows of the host what is named and nothing more', () => {
    const shared = argv.flatMap((word, index) =>
      /^--(ro-bind|bind|dev-bind)/.test(word) ? [argv[index + 1]] : [],
    );

    expect(shared).toEqual([
      '/usr',
      '/lib',
      '/etc/ssl/certs',
      '/etc/alternatives',
      '/etc/ld.so.cache',
      '/host/node',
      '/host/agent.cjs',
    ]);
    expect(line).toContain('--symlink usr/bin /bin');
  });

  test('sets the limits inside, below an init process', () => {
    const inner = argv.slice(argv.indexOf('--') + 1);

    expect(inner.slice(0, 7)).toEqual([
      '/usr/bin/prlimit',
      '--data=1:1',
      '--nproc=2:2',
      '--nofile=3:3',
      '--fsize=4:4',
      '--core=0:0',
      '/bin/sh',
    ]);
    expect(inner.slice(-2)).toEqual(['/opt/iris/bin/node', '/opt/iris/agent.cjs']);
  });

  test('hands the filter and the files of /etc over as descriptors', () => {
    expect(line).toContain('--seccomp 4');
    expect(inputs[0]?.toString()).toBe('filter');
    expect(line).toContain('--file 5 /etc/passwd');
    expect(inputs[1]?.toString()).toContain('user:x:1000:1000:user:/home/user:');
    expect(inputs).toHaveLength(argv.filter((word) => word === '--file').length + 1);
  });

  test('leaves out the flag that an old bubblewrap does not know', () => {
    expect(bubblewrapCommand(aBlueprint(), aMachine(), { canDisableUserns: false }).argv).not.toContain(
      '--disable-userns',
    );
  });
});

describe('utilLinuxCommand()', () => {
  const numbers = syscallNumbers('arm64');
  if (numbers === undefined) throw new Error('no numbers');
  const { argv, inputs } = utilLinuxCommand(aBlueprint(), aMachine(), { numbers, root: '/mnt' });

  test('dies with its parent and takes PID 1 along', () => {
    expect(argv.slice(0, 4)).toEqual(['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--']);
    expect(argv).toContain('--kill-child=KILL');
  });

  test('drops every power before the filter, the limits and the agent', () => {
    const order = [
      '--map-root-user',
      '--keep-caps',
      '--bounding-set=-all',
      '--no-new-privs',
      '167',
      '277',
      '--nproc=2:2',
    ];
    const positions = order.map((word) => argv.indexOf(word));

    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(positions).not.toContain(-1);
    expect(argv.at(-1)).toBe('/opt/iris/agent.cjs');
    expect(inputs).toHaveLength(1);
  });

  test('gives the sandbox its environment and nothing of its own', () => {
    const env = argv.indexOf('/usr/bin/env');

    expect(argv[env + 1]).toBe('-i');
    expect(argv).toContain('E2B_SANDBOX_ID=sbx1');
    expect(argv).toContain('bin=usr/bin lib');
  });
});

describe('planRootStage()', () => {
  test('drops to the uid between the stage and the launcher', async () => {
    const stage = await planRootStage(
      { sources: { node: '/root/node', agent: '/root/agent.cjs' } },
      aMachine(),
    );
    const { argv, inputs } = stage.wrap({ argv: ['bwrap', '--x'], inputs: [Buffer.from('a')] }, 210_005);

    expect(stage.sources).toMatchObject({ node: expect.stringMatching(/\/node$/), spare: undefined });
    expect(argv.slice(0, 2)).toEqual(['/usr/bin/unshare', '--mount']);
    expect(argv.slice(-9).join(' ')).toBe(
      '/usr/bin/setpriv --reuid 210005 --regid 210005 --clear-groups -- bwrap --x',
    );
    expect(inputs).toHaveLength(1);
  });

  test('pickMountPoint() never covers what must stay visible', async () => {
    const first = await pickMountPoint([]);
    const second = await pickMountPoint([`${first}/deep/agent.cjs`, undefined]);

    expect(second).not.toBe(first);
  });
});
