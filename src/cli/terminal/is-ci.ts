/** Tells whether a pipeline runs this, where nobody watches and nobody answers. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return isOn(env['CI']) || isOn(env['GITHUB_ACTIONS']) || isOn(env['GITLAB_CI']);
}

/** Tells whether a variable that switches something is switched on. */
export function isOn(value: string | undefined): boolean {
  return !['', '0', 'false'].includes(value ?? '');
}
