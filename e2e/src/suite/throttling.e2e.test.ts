import { createTerminal } from '@notify/scripts';
import { describe, expect, it } from 'vitest';
import { throttledRun } from '../throttling/throttled-run.ts';
import { target } from './stage.ts';

/** The short form of `pnpm --filter @notify/e2e throttle`; it has a stack of its own, whatever stage the suite looks at. */
describe.runIf(target.kind === 'embedded')('a DynamoDB that takes a tenth of the writes', () => {
  it('makes the rows late, the users wait and a rebuild slow, and none of them wrong', {
    timeout: 300_000,
  }, async () => {
    const report = await throttledRun(
      { seconds: 6, offered: 100, rows: 1_000, rebuildUnits: 200, switches: false },
      createTerminal(true),
    );
    expect(report).toMatchObject({
      unanswered: 0,
      wrongUsers: 0,
      givenUp: 0,
      differences: 0,
      rebuildDifferences: 0,
    });
    expect(report.throttled).toBeGreaterThan(0);
    expect(report.throttledRebuild).toBeGreaterThan(0);
    expect(report.queries).toBeGreaterThan(0);
    expect(report.rebuilt).toBeGreaterThanOrEqual(600);
  });
});
