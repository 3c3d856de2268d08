import { AppError } from '@notify/shared-domain';
import { describe, expect, it, vi } from 'vitest';
import { batchMetrics, streamHandler } from './stream-handler.ts';
import { aContext } from './testing/index.ts';

const report = {
  records: 3,
  projected: 2,
  superseded: 0,
  stale: 0,
  quarantined: 1,
  requarantined: 0,
  failed: 0,
  tombstoned: 0,
  retried: 0,
  source: 'arn',
  firstSequenceNumber: '1',
  lastSequenceNumber: '3',
  failedSequenceNumber: undefined,
  lagMs: 120,
  lastWrittenAt: 1_000,
  causes: {},
};

describe('streamHandler', () => {
  it('passes the batch on with the time that is left, and the answer back', async () => {
    const answer = { batchItemFailures: [{ itemIdentifier: '7' }] };
    let remaining = 0;
    const handler = streamHandler(async (event, invocation) => {
      remaining = invocation.remainingTimeMs();
      expect(event.Records).toEqual([]);
      return answer;
    });
    expect(await handler({ Records: [] }, aContext(1_234))).toEqual(answer);
    expect(remaining).toBe(1_234);
  });

  it('lets an error through, so that Lambda retries the batch', async () => {
    const handler = streamHandler(async () => {
      throw new AppError('INTERNAL.ERROR');
    });
    await expect(handler({ Records: [] }, aContext())).rejects.toThrow('INTERNAL.ERROR');
  });

  it('publishes the counts of the batch as embedded metrics', async () => {
    const written = vi.spyOn(console, 'log').mockReturnValue();
    const handler = streamHandler(async () => {
      batchMetrics.record(report);
      return { batchItemFailures: [] };
    });
    await handler({ Records: [] }, aContext());
    const emitted = written.mock.calls.map(([line]) => JSON.parse(String(line)));
    written.mockRestore();
    expect(emitted).toHaveLength(1);
    expect(emitted[0]).toMatchObject({ Records: 3, Projected: 2, Quarantined: 1, Lag: 120 });
  });
});
