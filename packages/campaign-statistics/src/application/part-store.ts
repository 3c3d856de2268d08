import type { Invocation } from '@notify/dynamodb';
import type { PartChanges } from '../domain/batch-changes.ts';

export type CountOutcome =
  /** So many of its changes were counted now. */
  | { readonly status: 'counted'; readonly changes: number; readonly isNew: boolean }
  /** All were counted before. */
  | { readonly status: 'known' }
  /** It may succeed later. `cause` is a code, for the log. */
  | { readonly status: 'failed'; readonly cause: string };

export interface CountReport {
  /** One for each part, in their order. */
  readonly outcomes: readonly CountOutcome[];
  /** How many statements had to be sent again. */
  readonly retried: number;
}

/** Keeps the parts of the campaigns. */
export interface PartStore {
  /**
   * Counts the changes of each part behind its fence, once, whoever else does the same. Never throws for what a store may answer.
   * @param parts no two of the same key
   */
  count(parts: readonly PartChanges[], invocation: Invocation): Promise<CountReport>;
  /** Adds up what can no longer change of these campaigns, so that they stay few items. What it cannot do now it does another time. */
  fold(marketingIds: readonly string[], now: number): Promise<void>;
}
