import { dirname } from 'node:path';
import { readFileLayer, type EvaluateCodeConfig, type FileLayer } from './file-layer.ts';
import { findConfigFile, type FoundFile } from './find-config-file.ts';
import type { Layer } from './layer.ts';
import { PROJECT_PLACES, USER_PLACES } from './places.ts';
import type { Problem } from './problem.ts';
import { checkProjectRules } from './project-rules.ts';
import type { Survey } from './survey.ts';

/** What the files say for one working directory. */
export interface LoadedFiles {
  /** What the project's file says, and what the user's own does. */
  readonly project: Layer | undefined;
  readonly user: Layer | undefined;
  readonly problems: readonly Problem[];
  /** Absolute paths of the files that were found, the strongest first. */
  readonly files: readonly string[];
  readonly projectDir: string;
}

/** Finds, reads and checks the project's file and the user's own. */
export async function loadFiles(
  place: { cwd: string; userDir: string; evaluateCodeConfig?: EvaluateCodeConfig | undefined },
  surveyed: Survey,
): Promise<LoadedFiles> {
  const projectFile = await findConfigFile(surveyed.dirs, PROJECT_PLACES);
  const userFile = await findConfigFile([place.userDir], USER_PLACES);
  const project = await readIfFound(projectFile, place);
  const user = await readIfFound(userFile, place);
  const rules = project.layer === undefined ? [] : checkProjectRules(project.layer, user.layer);
  return {
    project: project.layer,
    user: user.layer,
    problems: [...project.problems, ...rules, ...user.problems],
    files: [projectFile, userFile].flatMap((found) => (found === undefined ? [] : [found.file])),
    projectDir: projectFile === undefined ? (surveyed.rootDir ?? place.cwd) : dirname(projectFile.file),
  };
}

async function readIfFound(
  found: FoundFile | undefined,
  place: { cwd: string; evaluateCodeConfig?: EvaluateCodeConfig | undefined },
): Promise<FileLayer> {
  return found === undefined ? { layer: undefined, problems: [] } : await readFileLayer(found, place);
}
