import { defineConfig } from 'vitest/config';

/** On a machine that others share a process may come late: CI tries once more, and the report says so. */
const retried = { retry: Number(process.env['IRIS_TEST_RETRIES'] ?? 0) };
const slow = { testTimeout: 60_000, hookTimeout: 60_000, ...retried };
/** Files that leave nothing behind share a process: to start and load one for each would take longer than to run it. */
const shared = { isolate: false, ...retried };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...shared } },
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'], ...slow } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: ['test/integration/{store,tools}/**'],
          ...slow,
        },
      },
      // Run for each kind of database, by npm run test:store.
      {
        test: { name: 'store', include: ['test/integration/{store,tools}/**/*.test.ts'], ...slow, ...shared },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // The built library is tested as Node loads it.
          server: { deps: { external: [/\/dist\//] } },
          ...slow,
        },
      },
    ],
    globalSetup: ['test/support/build.ts'],
    // NODE_EXTRA_CA_CERTS triples the start of every Node 20 process, and the tests start many.
    env: { NODE_EXTRA_CA_CERTS: '' },
    // Twice the cores that CI has: more than half of a test of a sandbox is waiting.
    maxWorkers: 4,
  },
});
