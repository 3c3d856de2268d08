/** A user's key of 256 bits; whoever has it can read the user's personal data. */
export type DataKey = Buffer;

/** The key of each user. Forgetting a key forgets all that was sealed with it, wherever copies of it may lie. */
export interface KeyStore {
  /**
   * The user's key, made if there is none yet.
   * @throws AppError `USER.ERASED` when it was forgotten: there will never be another one
   */
  obtain(userId: string): Promise<DataKey>;

  /** The keys of these users; of one whose key was forgotten, or who never had one, there is none. */
  find(userIds: readonly string[]): Promise<ReadonlyMap<string, DataKey>>;

  /** Forgets the user's key, for good. Safe to repeat. */
  forget(userId: string): Promise<void>;
}

/** Makes data keys and keeps none: what it gives to be stored is of no use without it. */
export interface MasterKey {
  generate(userId: string): Promise<{ readonly key: DataKey; readonly wrapped: Uint8Array }>;
  /** Rejects when the wrapped key is damaged, or of another user or master key. */
  unwrap(wrapped: Uint8Array, userId: string): Promise<DataKey>;
}
