import { cancel, confirm, isCancel, select, text } from '@clack/prompts';
import { IrisError } from '../../core/errors.ts';
import type { Questions } from './choices.ts';
import { PACKAGE_MANAGERS } from './package-installers.ts';
import { isFree } from './project-dir.ts';
import { TEMPLATES } from './templates.ts';

/** The questions on the terminal, on standard error. Ctrl-C throws CANCELLED. */
export function openQuestions(toDir: (word: string) => string): Questions {
  const output = process.stderr;
  return {
    template: async () =>
      answered(
        await select({
          message: 'What do you want to begin with?',
          options: TEMPLATES.map(({ name, text: hint }) => ({ value: name, label: name, hint })),
          maxItems: 10,
          output,
        }),
      ),
    dir: async (proposed) => {
      const initialValue = (await isFree(toDir(proposed))) ? proposed : '';
      return answered(
        await text({
          message: 'In which folder?',
          ...(initialValue === '' ? {} : { placeholder: proposed, defaultValue: proposed }),
          validate: (given) => (initialValue === '' && (given ?? '') === '' ? 'Name a folder' : undefined),
          output,
        }),
      );
    },
    packageManager: async (detected) =>
      answered(
        await select({
          message: 'Which package manager?',
          options: PACKAGE_MANAGERS.map((value) => ({ value, label: value })),
          initialValue: detected,
          output,
        }),
      ),
    installs: async (manager) =>
      answered(await confirm({ message: `Install its packages with ${manager}?`, output })),
  };
}

type Cancelled = Extract<Awaited<ReturnType<typeof confirm>>, symbol>;

function answered<T extends string | boolean>(answer: T | Cancelled): T {
  if (!isCancel(answer)) return answer;
  cancel('Nothing was written.', { output: process.stderr });
  throw new IrisError('CANCELLED', 'No project was made');
}
