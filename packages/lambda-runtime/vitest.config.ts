import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, {
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
