import { describeValue } from './describe-value.ts';
import type { Layer } from './layer.ts';
import type { Problem } from './problem.ts';

/** `..` between separators, also inside braces and alternatives; the home directory; the root. */
const LEAVES_PROJECT = /(?:^|[\\/{,(|!])\.\.(?:$|[\\/},)|])|^!?(?:[~\\/]|[A-Za-z]:)/;

/**
 * What a project's file may not decide. It comes with the code that it configures, so it may neither tear down
 * the wall around that code nor reach for files beyond the project.
 */
export function checkProjectRules(layer: Layer): Problem[] {
  return [...isolationProblems(layer), ...includeProblems(layer)];
}

function isolationProblems(layer: Layer): Problem[] {
  if (layer.values['isolation'] !== 'none') return [];
  return [
    {
      message: `${layer.subjectOf(['isolation'])} is "none", which a project cannot choose for you`,
      hint: 'Choose it yourself, with --isolation none or IRIS_ISOLATION=none.',
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
