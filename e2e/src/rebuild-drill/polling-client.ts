import { createNotifyClient } from '@notify/client';

/** What a client must never see. */
interface Violations {
  /** Queries that were not answered. */
  errors: number;
  /** Rows that were there before and are not. */
  missing: number;
  /** Rows in an older state than the client has seen before. */
  older: number;
}

export interface PollReport extends Violations {
  queries: number;
  /** The first few violations, for a person. */
  readonly examples: string[];
}

/** A key to ask for, and how far its counter is known to have been written. */
export interface Subject {
  readonly transactionId: string;
}

/** The counter that the writer of the drill keeps raising in each command. */
export const COUNTER = 'delivered_ts';

/**
 * Clients that ask for rows all the while and remember what they have seen: no answer may fail, lack a row or go back. They share
 * their memory, so that what one of them has seen binds the others, whichever instance answers them.
 */
export const pollUntil = async (
  apiUrl: string,
  next: () => Subject,
  clients: number,
  signal: AbortSignal,
): Promise<PollReport> => {
  const client = createNotifyClient({ baseUrl: apiUrl });
  const seen = new Map<string, number>();
  const report: PollReport = { queries: 0, errors: 0, missing: 0, older: 0, examples: [] };
  const violation = (kind: keyof Violations, detail: string) => {
    report[kind] += 1;
    if (report.examples.length < 10) report.examples.push(`${new Date().toISOString()} ${kind}: ${detail}`);
  };
  const poll = async () => {
    while (!signal.aborted) {
      const { transactionId } = next();
      // Before asking: an answer may be as old as the moment the question was put.
      const atLeast = seen.get(transactionId);
      report.queries += 1;
      try {
        const { items } = await client.read({ query_type: 'transaction', transaction_id: transactionId });
        const [row] = items;
        const counter = row?.[COUNTER] ?? 0;
        if (atLeast !== undefined && !row) violation('missing', transactionId);
        else if (atLeast !== undefined && counter < atLeast) {
          violation('older', `${transactionId} ${counter} after ${atLeast}`);
        }
        if (row) seen.set(transactionId, Math.max(counter, seen.get(transactionId) ?? 0));
      } catch (error) {
        if (!signal.aborted) violation('errors', `${transactionId} ${error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, poll));
  return report;
};
