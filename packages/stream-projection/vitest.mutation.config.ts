import { mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import config from './vitest.config.ts';

/** Quick files first: they find most mutants, and the first failure ends a run. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => Number(moduleId.includes('.int.'));
    return files.toSorted((a, b) => isSlow(a) - isSlow(b));
  }
}

/** For Stryker, which runs tests from the root of the workspace, and each of them often: without the long one. */
export default mergeConfig(config, {
  root: import.meta.dirname,
  test: {
    exclude: ['**/node_modules/**', '**/*.property.test.ts'],
    testTimeout: 10_000,
    sequence: { sequencer: QuickFirst },
  },
});
