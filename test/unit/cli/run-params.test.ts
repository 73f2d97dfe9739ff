import { expect, test } from 'vitest';
import { mayHoldSecrets } from '../../../src/cli/run/run-params.ts';

const params = { cwd: '/', env: {}, script: 'x.ts', args: [], hasStdin: false, flags: {} };
const command = { script: 'x.ts', args: [], options: {} };

test('mayHoldSecrets() is true for variables that are passed on and for keys', () => {
  expect(mayHoldSecrets(command, params)).toBe(false);
  expect(mayHoldSecrets({ ...command, options: { env: ['TOKEN=x'] } }, params)).toBe(true);
  expect(mayHoldSecrets(command, { ...params, env: { E2B_API_KEY: 'x' } })).toBe(true);
  expect(mayHoldSecrets(command, { ...params, env: { IRIS_API_KEY: 'x' } })).toBe(true);
  expect(mayHoldSecrets(command, { ...params, env: { DATABASE_URL: 'x' } })).toBe(true);
});
