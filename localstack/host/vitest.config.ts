import { defineConfig } from 'vitest/config';

// Tests that need a running LocalStack (*.localstack.test.ts) are run by `pnpm test:localstack`.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    exclude: ['src/**/*.localstack.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
