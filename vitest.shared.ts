import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The limits of a busy machine: a test that waits for something ends when that is there. */
const config: ViteUserConfig = defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
export default config;

/** For packages whose tests talk to DynamoDB Local: one for all their files. */
export const withDynamoDBLocal: ViteUserConfig = defineConfig({
  test: { ...config.test, globalSetup: '@notify/dynamodb-local/vitest-global-setup' },
});
