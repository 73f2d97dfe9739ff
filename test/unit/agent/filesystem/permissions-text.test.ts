import { expect, test } from 'vitest';
import { permissionsText } from '../../../../src/agent/filesystem/permissions-text.ts';

test.for([
  ['a file', 0o100644, '-rw-r--r--'],
  ['a directory', 0o040755, 'drwxr-xr-x'],
  ['a sticky directory', 0o041777, 'dtrwxrwxrwx'],
  ['a symlink', 0o120777, 'Lrwxrwxrwx'],
  ['a character device', 0o020666, 'Dcrw-rw-rw-'],
  ['a block device', 0o060660, 'Drw-rw----'],
  ['a pipe', 0o010600, 'prw-------'],
  ['a socket', 0o140700, 'Srwx------'],
  ['a setuid and setgid program', 0o106755, 'ugrwxr-xr-x'],
  ['no permission', 0o100000, '----------'],
] as const)('%s has the permissions text of Go', ([, mode, text]) => {
  expect(permissionsText(mode)).toBe(text);
});
