import { envNameOf } from './config-keys.ts';
import { describeValue } from './describe-value.ts';
import type { Layer } from './layer.ts';
import type { Problem } from './problem.ts';

/** `..` between separators, also inside braces and alternatives; the home directory; the root. */
const LEAVES_PROJECT = /(?:^|[\\/{,(|!])\.\.(?:$|[\\/},)|])|^!?(?:[~\\/]|[A-Za-z]:)/;

/** Rungs that keep less apart than the best of most machines. */
const WEAK_RUNGS = ['landlock', 'sandbox-exec'] as const;

/**
 * What a project's file may not decide. It comes with the code that it configures, so it may neither tear down
 * the wall around that code nor reach for files beyond the project.
 */
export function checkProjectRules(layer: Layer): Problem[] {
  return [...isolationProblems(layer), ...includeProblems(layer)];
}

function isolationProblems(layer: Layer): Problem[] {
  return [
    ...weakChoice(layer, { key: 'network', flag: '--net', weak: ['on'] }),
    ...weakChoice(layer, { key: 'isolation', flag: '--isolation', weak: ['none', ...WEAK_RUNGS] }),
    ...weakChoice(layer, {
      key: 'requireIsolation',
      flag: '--require-isolation',
      weak: ['any', 'reduced', ...WEAK_RUNGS],
    }),
  ];
}

interface ChoiceRule {
  readonly key: string;
  readonly flag: string;
  readonly weak: readonly string[];
}

function weakChoice(layer: Layer, { key, flag, weak }: ChoiceRule): Problem[] {
  const value = layer.values[key];
  if (typeof value !== 'string' || !weak.includes(value)) return [];
  return [
    {
      message: `${layer.subjectOf([key])} is "${value}", which a project cannot choose for you`,
      hint: `Choose it yourself, with ${flag === '--net' ? flag : `${flag} ${value}`} or ${envNameOf([key])}=${value}.`,
    },
  ];
}

function includeProblems(layer: Layer): Problem[] {
  const globs = layer.values['include'];
  if (!Array.isArray(globs)) return [];
  return globs.flatMap((glob: unknown, index) => {
    if (typeof glob !== 'string' || !LEAVES_PROJECT.test(glob)) return [];
    const subject = layer.subjectOf(['include', String(index)]);
    return [
      {
        message: `${subject} is ${describeValue(glob)}, which leaves the project`,
        hint: 'Name files below the project directory, or pass --include yourself.',
      },
    ];
  });
}
