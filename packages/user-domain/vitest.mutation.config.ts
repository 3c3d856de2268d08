import { configDefaults, mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

/**
 * For Stryker, which runs tests from the root of the workspace, and each of them often: in one worker. The page's samples are
 * compared with the source, which is another one there.
 */
export default mergeConfig(config, {
  root: import.meta.dirname,
  test: { isolate: false, exclude: [...configDefaults.exclude, '**/event-sourcing-page.test.ts'] },
});
