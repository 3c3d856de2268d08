import { mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** For Stryker, which runs tests from the root of the workspace, and each of them often: in one worker. */
export default mergeConfig(config, { root: import.meta.dirname, test: { isolate: false } });
