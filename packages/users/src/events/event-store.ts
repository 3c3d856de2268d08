import type { UserEvent } from '../domain/event.ts';
import type { EventRecord } from '../domain/stored-event.ts';
import type { User } from '../domain/user-decider.ts';

/** An event of a user as it lies in the store. */
export interface StoredEvent extends EventRecord {
  readonly userId: string;
  /** The user's version after it: 1 for the first, and no gaps. */
  readonly version: number;
  /** The command it came from; undefined in events of the first documents. */
  readonly commandId: string | undefined;
}

/** A user's newest event. */
export interface LastEvent extends StoredEvent {
  /** The user's state behind it; undefined when it was stored without one that this code can read. */
  readonly state: User | undefined;
}

export interface NewEvent {
  readonly userId: string;
  readonly version: number;
  readonly commandId: string;
  readonly type: UserEvent['type'];
  /** Personal data in it is sealed. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The user's state behind it, which spares the next one to decide the reading of all events. */
  readonly state: User;
}

/** Proof that a command has been stored, kept with its event in one transaction, for as long as clients may repeat it. */
export interface Receipt {
  readonly commandId: string;
  /** Tells the command from another one under the same key. */
  readonly fingerprint: string;
  readonly userId: string;
  readonly type: UserEvent['type'];
  readonly version: number;
}

export type AppendOutcome =
  | { readonly status: 'stored' }
  /** Another event has that version. */
  | { readonly status: 'conflict' }
  /** The command has been stored before. */
  | { readonly status: 'known'; readonly receipt: Receipt };

/** The events of all users, for those who only read them. */
export interface EventReader {
  /** The user's events from this version on, in order. What others wrote before the call is among them. */
  read(userId: string, fromVersion: number): Promise<StoredEvent[]>;
}

/** The events of all users; they are added and never changed. */
export interface EventStore extends EventReader {
  /** The user's newest event, also when it was written just before the call; undefined when there is none. */
  last(userId: string): Promise<LastEvent | undefined>;

  /**
   * Adds an event if its version is still free; with a receipt, only if there is none for the command yet. An event that
   * was added although the answer got lost counts as stored, however often it is tried again.
   */
  append(event: NewEvent, receipt?: Receipt): Promise<AppendOutcome>;

  /** The receipt of a command; undefined when it has none (any more). */
  receipt(commandId: string): Promise<Receipt | undefined>;
}
