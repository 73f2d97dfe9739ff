import type { CopyFailure, CopyReason } from '../../core/copy/copy-failure.ts';
import type { Skipped, SkipReason } from '../../core/copy/copy-wire.ts';
import type { ErrorCode } from '../../core/error-codes.ts';
import { IrisError } from '../../core/errors.ts';

/** Where the path of a failure lies: here, or in the sandbox of this name. */
export interface CopySide {
  readonly sandbox: string | undefined;
  readonly does: 'reads' | 'writes';
}

const MAX_PATH = 500;
const CONTROLS = /\p{Cc}|\p{Bidi_Control}/gu;

/** Words why a copy ended. */
export function copyError(failure: CopyFailure, side: CopySide): IrisError {
  const { code, text, hint } = meaningOf(failure, side);
  return new IrisError(code, text, { hint, cause: failure });
}

interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint: string;
}

function meaningOf({ reason, path, errno }: CopyFailure, side: CopySide): Meaning {
  const place = side.sandbox === undefined ? 'on this machine' : `in sandbox ${side.sandbox}`;
  const name = shown(path);
  const io: ErrorCode = side.does === 'reads' ? 'FILE_UNREADABLE' : 'OUTPUT_UNWRITABLE';
  const look =
    side.sandbox === undefined
      ? 'Look at it with: ls -l'
      : `Look at it with: iris sandbox exec ${side.sandbox} -- ls -l`;
  const meanings: Readonly<Record<CopyReason, Meaning>> = {
    missing: { code: 'FILE_NOT_FOUND', text: `There is no ${name} ${place}`, hint: look },
    denied: { code: io, text: `No permission for ${name} ${place}`, hint: look },
    full: {
      code: 'OUTPUT_UNWRITABLE',
      text: `There is no room for ${name} ${place}`,
      hint: 'Delete files there, and copy again. What was copied before is whole.',
    },
    'is-directory': {
      code: 'IRIS_CONFLICT',
      text: `${name} ${place} is a directory, and a file cannot take its place`,
      hint: 'Name the file that it is to be, or copy the directory to a path.',
    },
    'not-directory': {
      code: 'IRIS_CONFLICT',
      text: `${name} ${place} is no directory, and files cannot go into it`,
      hint: 'Name another place. Links inside of a target are not followed.',
    },
    special: {
      code: 'IRIS_CONFLICT',
      text: `${name} ${place} is neither a file nor a directory`,
      hint: 'Only files and directories are copied; "-" stands for standard input and output.',
    },
    unsafe: {
      code: 'IRIS_FORBIDDEN',
      text: `The sandbox sent a file that was not asked for: ${name}`,
      hint: 'Nothing was written outside of the target. Do not trust what runs there.',
    },
    limit: {
      code: 'IRIS_LIMIT_EXCEEDED',
      text: `More files or bytes match than a run brings back, at ${name}`,
      hint: 'Narrow the glob, or fetch them with: iris cp',
    },
    broken: {
      code: 'SANDBOX_UNFIT',
      text: 'The copy broke off before it was whole',
      hint: 'Copy again. Files that were whole before stay.',
    },
    failed: { code: io, text: `Copying ${name} ${place} failed with ${errno ?? 'an error'}`, hint: look },
  };
  return meanings[reason];
}

const SKIPS: Readonly<Record<SkipReason, string>> = {
  'leads-out': 'a link that leads out of the directory',
  special: 'neither a file nor a directory',
  unreadable: 'it cannot be read',
  clash: 'this file system takes its name for that of another file',
  name: 'this system has no such names',
};

/** Says why something was left out. */
export function skippedWords({ why, path }: Skipped): { readonly path: string; readonly why: string } {
  return { path, why: SKIPS[why] };
}

/** A path of somebody else on one line that cannot steer the terminal. */
export function shown(path: string): string {
  const plain = path.replace(CONTROLS, '\uFFFD');
  return plain.length <= MAX_PATH ? plain : `${plain.slice(0, MAX_PATH)}…`;
}
