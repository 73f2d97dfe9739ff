import { defineConfig } from 'vitest/config';

const slow = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
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
      { test: { name: 'store', include: ['test/integration/{store,tools}/**/*.test.ts'], ...slow } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...slow } },
    ],
    globalSetup: ['test/support/build.ts'],
    // NODE_EXTRA_CA_CERTS triples the start of every Node 20 process, and the tests start many.
    env: { NODE_EXTRA_CA_CERTS: '' },
    maxWorkers: 2,
    // On a machine that others share a process may come late: CI tries once more, and the report says so.
    retry: Number(process.env['IRIS_TEST_RETRIES'] ?? 0),
  },
});
