import { join } from 'node:path';

const ID = /^run_[0-9a-z]{10,40}$/;
const TIME_DIGITS = 9;

/** Where all that is kept of runs lies; its owner alone may look into it. */
export function runsFolder(stateDir: string): string {
  return join(stateDir, 'runs');
}

/** Where one run is kept. */
export function runFolder(stateDir: string, id: string): string {
  return join(runsFolder(stateDir), id);
}

/** The facts of a run, in its folder. */
export function recordFile(folder: string): string {
  return join(folder, 'run.json');
}

/** Tells whether a name is an id of a run, and so the name of its folder. */
export function isRunId(name: string): boolean {
  return ID.test(name);
}

/** When the run of this id began: `newId` puts the time first. */
export function startOfRun(id: string): number {
  return Number.parseInt(id.slice(4, 4 + TIME_DIGITS), 32);
}
