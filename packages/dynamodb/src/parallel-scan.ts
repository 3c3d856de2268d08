import { type DynamoDBClient, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './item.ts';

export interface ScanPage {
  readonly segment: number;
  readonly items: readonly Item[];
  /** Where the segment goes on; undefined at its end. */
  readonly next: Item | undefined;
}

export interface ParallelScan {
  readonly input: Omit<ScanCommandInput, 'Segment' | 'TotalSegments' | 'ExclusiveStartKey'>;
  readonly segments: number;
  /** Where each segment begins: undefined at its start, `done` when there is nothing left of it. */
  readonly from?: readonly (Item | 'done' | undefined)[];
  readonly signal?: AbortSignal;
}

/** Reads a whole table in several segments at once; each takes its next page when the last one has been seen to. */
export const parallelScan = async (
  dynamodb: DynamoDBClient,
  { input, segments, from = [], signal }: ParallelScan,
  onPage: (page: ScanPage) => Promise<void>,
): Promise<void> => {
  // When one segment fails the others come to the end of their page, so that nothing goes on behind the caller's back.
  const stop = new AbortController();
  const readSegment = async (segment: number): Promise<void> => {
    let start = from[segment];
    while (start !== 'done') {
      signal?.throwIfAborted();
      stop.signal.throwIfAborted();
      const page = await dynamodb.send(
        new ScanCommand({
          ...input,
          ...(segments > 1 ? { Segment: segment, TotalSegments: segments } : {}),
          ExclusiveStartKey: start,
        }),
      );
      const next = page.LastEvaluatedKey;
      await onPage({ segment, items: page.Items ?? [], next });
      start = next ?? 'done';
    }
  };
  const results = await Promise.allSettled(
    Array.from({ length: segments }, (_, segment) =>
      readSegment(segment).catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    ),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
};
