import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: '@notify/dynamodb-local/vitest-global-setup',
    testTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      exclude: ['src/**/*.test.ts', 'src/testing/prove.ts', 'src/testing/proof-arguments.ts'],
      thresholds: { lines: 95 },
    },
  },
});
