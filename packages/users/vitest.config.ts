import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: '@notify/dynamodb-local/vitest-global-setup',
    testTimeout: 60_000,
    hookTimeout: 30_000,
    coverage: {
      include: ['src/domain/**'],
      exclude: ['src/domain/**/*.test.ts'],
      thresholds: { lines: 95, branches: 90 },
      reporter: ['text-summary'],
    },
  },
});
