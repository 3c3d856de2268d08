import { mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** For Stryker, which runs tests from the root of the workspace, and each of them often: without the long one. */
export default mergeConfig(config, {
  root: import.meta.dirname,
  test: { exclude: ['**/node_modules/**', '**/*.property.test.ts'], testTimeout: 15_000 },
});
