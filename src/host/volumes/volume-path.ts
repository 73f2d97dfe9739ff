import { IrisError } from '../../core/errors.ts';

const MAX_PATH_BYTES = 4095;
const MAX_NAME_BYTES = 255;

/** Splits a path of a volume into names. Throws USAGE_INVALID for one that climbs, is too long or holds a NUL. */
export function splitVolumePath(path: string): string[] {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new IrisError('USAGE_INVALID', 'The path is too long');
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  for (const name of names) {
    if (name === '..')
      throw new IrisError('USAGE_INVALID', `The path ${JSON.stringify(path)} climbs with ".."`);
    if (name.includes('\0')) throw new IrisError('USAGE_INVALID', 'The path holds a NUL');
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw new IrisError('USAGE_INVALID', 'A name is too long');
  }
  return names;
}
