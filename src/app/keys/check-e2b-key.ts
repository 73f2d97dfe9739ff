import { IrisError, toIrisError } from '../../core/errors.ts';

/**
 * Asks the control plane for a list that is empty, to learn whether it takes a key. Throws AUTH_REJECTED for one that it
 * does not, and SANDBOX_UNAVAILABLE where nobody can be asked.
 */
export async function checkE2bKey(apiKey: string, apiUrl: string): Promise<void> {
  const { openProvider } = await import('../../sandbox/open-provider.ts');
  const provider = openProvider({ kind: 'e2b', apiKey, apiUrl, template: 'base' });
  try {
    await provider.list({ 'iris.login': 'check' });
  } catch (thrown) {
    const { code, message } = toIrisError(thrown);
    if (code === 'AUTH_REJECTED') {
      throw new IrisError(code, `${apiUrl} does not take this API key`, {
        hint: 'Copy it again from https://e2b.dev/dashboard?tab=keys; E2B_DOMAIN and E2B_API_URL say who is asked.',
      });
    }
    throw new IrisError(
      code,
      `The key could not be tried at ${apiUrl}: ${message.replaceAll(apiKey, '***')}`,
      {
        hint: 'Try again, or keep it untried: iris auth login --no-verify',
      },
    );
  }
}
