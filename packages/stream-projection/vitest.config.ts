import { mergeConfig } from 'vitest/config';
import { withDynamoDBLocal } from '../../vitest.shared.ts';

export default mergeConfig(withDynamoDBLocal, {
  test: {
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      exclude: ['src/**/*.test.ts'],
      thresholds: { lines: 95 },
    },
  },
});
