import { expect, test, vi } from 'vitest';
import { Backends } from '../../../src/app/backends.ts';
import { BridgeTable } from '../../../src/bridge/bridge-table.ts';
import { defaultConfig } from '../../../src/config/default-config.ts';
import { IrisError } from '../../../src/core/errors.ts';
import { openBundler } from '../../../src/executor/bundle/bundler.ts';
import { tempDir } from '../../support/temp-dir.ts';

const refusal = vi.hoisted(() => ({ throws: (): void => undefined }));
vi.mock('../../../src/host/isolation/choose-isolation.ts', () => ({
  chooseIsolation: async (): Promise<void> => refusal.throws(),
}));

test('create() of this machine says in full why there is no isolation, and what to do', async () => {
  const expected = new IrisError('ISOLATION_UNAVAILABLE', 'No isolation works here', {
    hint: 'Install bwrap.',
  });
  refusal.throws = () => {
    throw expected;
  };
  await using state = await tempDir();
  await using bundler = openBundler();
  await using backends = new Backends({
    resumes: true,
    stateDir: state.path,
    agentFile: '/nowhere/agent.cjs',
    pythonClientDir: '',
    relayFile: '/nowhere/relay.mjs',
    bridges: new BridgeTable(() => undefined),
    bundler,
    logger: () => undefined,
  });
  const { provider } = await backends.open({ ...defaultConfig(), provider: 'embedded' }, {});

  await expect(provider.create({ metadata: {}, timeoutMs: 1000, allowInternetAccess: false })).rejects.toBe(
    expected,
  );
});
