const KIND = 0o170000;
const KIND_LETTERS: Readonly<Record<number, string>> = {
  0o040000: 'd',
  0o120000: 'L',
  0o060000: 'D',
  0o020000: 'Dc',
  0o010000: 'p',
  0o140000: 'S',
};
const SETUID = 0o4000;
const SETGID = 0o2000;
const STICKY = 0o1000;

/** A mode in the words of Go's FileMode, which E2B's clients see: `-rw-r--r--`, `dtrwxrwxrwx`. */
export function permissionsText(mode: number): string {
  const kind = KIND_LETTERS[mode & KIND] ?? '';
  const device = kind === 'Dc' ? 'D' : kind;
  const special = `${(mode & SETUID) === 0 ? '' : 'u'}${(mode & SETGID) === 0 ? '' : 'g'}`;
  const character = kind === 'Dc' ? 'c' : '';
  const letters = `${device}${special}${character}${(mode & STICKY) === 0 ? '' : 't'}`;
  return `${letters === '' ? '-' : letters}${accessText(mode)}`;
}

function accessText(mode: number): string {
  const letters = Array.from('rwxrwxrwx', (letter, index) =>
    (mode & (0o400 >> index)) === 0 ? '-' : letter,
  );
  return letters.join('');
}
