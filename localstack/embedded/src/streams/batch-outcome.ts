import { z } from 'zod';
import type { InvocationResult } from '../lambda/sandbox.ts';

const BatchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullable();

export interface BatchOutcome {
  /** How many records, from the first on, are done. */
  readonly done: number;
  /** Why the record after them is not; absent when all are done. */
  readonly failure?: string;
  /** The function told where the failure is; a batch that failed as a whole may be bisected to find it. */
  readonly located: boolean;
}

/**
 * What an invocation says of its batch, by the rules of ReportBatchItemFailures: everything before the lowest reported sequence
 * number is done, everything from it on comes again; an error, an unknown identifier or a malformed answer fails the whole batch.
 * See https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export const batchOutcome = (result: InvocationResult, sequenceNumbers: readonly string[]): BatchOutcome => {
  const whole = (failure: string): BatchOutcome => ({ done: 0, failure, located: false });
  if (result.functionError) return whole(result.payload);

  const response = BatchResponse.safeParse(JSON.parse(result.payload));
  if (!response.success) return whole(`The answer is no batch response: ${result.payload.slice(0, 500)}`);

  const failed = (response.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  if (failed.length === 0) return { done: sequenceNumbers.length, located: true };

  const positions = failed.map((identifier) => sequenceNumbers.indexOf(identifier));
  const lowest = Math.min(...positions);
  if (lowest < 0)
    return whole(`The answer names records that are not of the batch: ${failed.slice(0, 5).join(', ')}`);
  return { done: lowest, failure: `${failed.length} record(s) reported as failed`, located: true };
};
