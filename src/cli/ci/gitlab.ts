import type { CiRun, CiView } from './ci-view.ts';

/** GitLab folds what stands between the marks of a section. */
export function gitlabView({ script }: CiRun, now: () => number = Date.now): CiView {
  const seconds = (): number => Math.floor(now() / 1000);
  const name = `iris_run_${script.replaceAll(/[^A-Za-z0-9]+/g, '_')}`;
  return {
    marker: 'CI_JOB_ID',
    isNeutralised: false,
    begin: () => `\u001b[0Ksection_start:${seconds()}:${name}\r\u001b[0Kiris run ${script}\n`,
    end: () => `\u001b[0Ksection_end:${seconds()}:${name}\r\u001b[0K\n`,
    finished: () => '',
    failed: () => '',
  };
}
