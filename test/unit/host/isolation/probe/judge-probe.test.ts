import { describe, expect, test } from 'vitest';
import { judgeProbe, parseProbeReport } from '../../../../../src/host/isolation/probe/judge-probe.ts';
import type { ProbeReport } from '../../../../../src/host/isolation/probe/probe-script.ts';

const STATUS = [
  'Name:\tnode',
  'CapEff:\t0000000000000000',
  'CapBnd:\t0000000000000000',
  'NoNewPrivs:\t1',
  'Seccomp:\t2',
].join('\n');

const TIGHT: ProbeReport = {
  rootEntries: ['bin', 'dev', 'etc', 'home', 'lib', 'opt', 'proc', 'run', 'tmp', 'usr'],
  networkInterfaces: ['lo'],
  processCount: 2,
  status: STATUS,
  canCreateUserNamespace: false,
  writableFolders: ['/home/user', '/tmp'],
};

describe('judgeProbe()', () => {
  test('has nothing against a tight sandbox', () => {
    expect(judgeProbe(TIGHT)).toEqual([]);
  });

  test.each([
    [{ rootEntries: ['usr', 'root', 'var'] }, 'it sees /root, /var of the host'],
    [{ networkInterfaces: ['lo', 'eth0'] }, 'it has network interfaces lo,eth0'],
    [{ processCount: 140 }, 'it sees 140 processes'],
    [{ status: STATUS.replace('Seccomp:\t2', 'Seccomp:\t0') }, 'no system call filter is active'],
    [{ status: STATUS.replace('NoNewPrivs:\t1', 'NoNewPrivs:\t0') }, 'setuid programs may gain powers'],
    [{ status: STATUS.replace('CapEff:\t0', 'CapEff:\t1') }, 'it has capabilities'],
    [{ canCreateUserNamespace: true }, 'it may create user namespaces'],
    [{ writableFolders: ['/', '/home/user', '/tmp'] }, 'it can write to / /home/user /tmp'],
    [{ writableFolders: [] }, 'it can write to nothing'],
  ])('objects to %j', (changes, objection) => {
    expect(judgeProbe({ ...TIGHT, ...changes })).toContain(objection);
  });
});

describe('parseProbeReport()', () => {
  test('reads a report', () => {
    expect(parseProbeReport(JSON.stringify(TIGHT))).toEqual(TIGHT);
  });

  test.each(['', '{', 'null', '[]', '{"rootEntries":[]}'])('refuses %j', (text) => {
    expect(parseProbeReport(text)).toBeUndefined();
  });
});
