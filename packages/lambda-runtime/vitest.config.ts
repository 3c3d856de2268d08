import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    env: {
      // Powertools then writes through the console that the tests can watch.
      POWERTOOLS_DEV: 'true',
      POWERTOOLS_METRICS_DISABLED: 'false',
      POWERTOOLS_METRICS_NAMESPACE: 'notify',
      POWERTOOLS_SERVICE_NAME: 'test',
    },
  },
});
