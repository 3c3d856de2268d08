import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { globalSetup: '@notify/dynamodb-local/vitest-global-setup', testTimeout: 30_000 },
});
