import { describe, expect, test } from 'vitest';
import { sandboxExecCommand } from '../../../../../src/host/isolation/sandbox-exec/sandbox-exec-command.ts';
import { SANDBOX_EXEC_PROBE } from '../../../../../src/host/isolation/sandbox-exec/sandbox-exec-probe.ts';
import { SANDBOX_EXEC_PROFILE } from '../../../../../src/host/isolation/sandbox-exec/sandbox-exec-profile.ts';
import { aBlueprint } from '../a-machine.ts';

describe('the profile of sandbox-exec', () => {
  const rules = [...SANDBOX_EXEC_PROFILE.matchAll(/^\((allow|deny) ([^\n]*)/gm)].map(([line]) => line);

  test('denies everything but what it names', () => {
    expect(SANDBOX_EXEC_PROFILE.startsWith('(version 1)\n(deny default)\n')).toBe(true);
    expect(rules).not.toContain('(allow default)');
    expect(SANDBOX_EXEC_PROFILE).toContain('(deny network*)');
    expect(SANDBOX_EXEC_PROFILE).not.toMatch(/allow (network|mach-lookup|iokit|process-exec\))/);
  });

  test('lets nothing be written but the home and harmless devices', () => {
    const writing = SANDBOX_EXEC_PROFILE.split(/\n(?=\()/).filter((rule) => /^\(allow[^(]*write/.test(rule));

    expect(writing).toHaveLength(2);
    expect(writing[0]).toMatch(
      /^\(allow file-read\* file-write-data file-ioctl\n(\s+\(literal "\/dev\/\w+"\)\n?)+\)$/,
    );
    expect(writing[1]).toBe('(allow file-read* file-write*\n  (subpath (param "HOME")))');
  });

  test('is balanced, and takes paths as parameters', () => {
    expect(SANDBOX_EXEC_PROFILE.split('(')).toHaveLength(SANDBOX_EXEC_PROFILE.split(')').length);
    const names = new Set([...SANDBOX_EXEC_PROFILE.matchAll(/\(param "(\w+)"\)/g)].map(([, name]) => name));
    expect(names).toEqual(new Set(['HOME', 'NODE', 'PROGRAMS']));
  });
});

describe('sandboxExecCommand()', () => {
  const home = '/private/tmp/a "quoted" home)';
  const { argv } = sandboxExecCommand(aBlueprint(), '/usr/bin/sandbox-exec', home);

  test('passes paths by -D, where no quote can end anything', () => {
    expect(argv.slice(0, 7)).toEqual([
      '/usr/bin/sandbox-exec',
      '-D',
      `HOME=${home}`,
      '-D',
      'NODE=/host/node',
      '-D',
      'PROGRAMS=/host',
    ]);
    expect(argv[8]).toBe(SANDBOX_EXEC_PROFILE);
  });

  test('gives the sandbox its own environment, and its agent where it lies on the host', () => {
    const env = argv.indexOf('/usr/bin/env');

    expect(argv[env + 1]).toBe('-i');
    expect(argv).toContain(`HOME=${home}`);
    expect(argv.slice(-2)).toEqual(['/host/node', '/host/agent.cjs']);
  });
});

describe('SANDBOX_EXEC_PROBE', () => {
  const refused = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`attempt ${index}`, 'EPERM']));

  test('accepts a sandbox that was refused everything but its home', () => {
    expect(SANDBOX_EXEC_PROBE.judge(JSON.stringify({ ...refused, home: 'done' }))).toEqual([]);
  });

  test('names what went through', () => {
    expect(SANDBOX_EXEC_PROBE.judge(JSON.stringify({ ...refused, home: 'done', listen: 'done' }))).toEqual([
      'the attempt "listen" ended in done',
    ]);
  });

  test.each(['', '{', '[]', 'null', '{"home":"done"}', '{"home":1}'])('takes %j for no report', (text) => {
    expect(SANDBOX_EXEC_PROBE.judge(text)).toEqual(['the probe wrote no report']);
  });
});
