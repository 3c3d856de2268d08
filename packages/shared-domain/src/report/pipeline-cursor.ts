import { sealCursor, unsealCursor } from '../query/cursor.ts';

/** A place among the notifications of a transaction: behind this one, the newest first. */
export interface ExplanationPlace {
  readonly transactionId: string;
  readonly createdAt: number;
}

const EXPLAIN = 'explain';

export const encodeExplanationCursor = ({ transactionId, createdAt }: ExplanationPlace): string =>
  sealCursor([EXPLAIN, transactionId, createdAt]);

/** @throws AppError `QUERY.CURSOR.INVALID` when it is damaged, made up, or of something else */
export const decodeExplanationCursor = (cursor: string, transactionId: string): ExplanationPlace =>
  unsealCursor(cursor, ([kind, transaction, createdAt]) =>
    kind === EXPLAIN && transaction === transactionId && Number.isFinite(createdAt)
      ? { transactionId, createdAt: createdAt as number }
      : undefined,
  );

/** A place in quarantine: behind this entry, in the order in which DynamoDB scans. */
export interface EntryPlace {
  readonly tableKey: string;
  readonly version: string;
}

const QUARANTINE = 'quarantine';

/** @param code the cause that is looked for, so that a cursor goes on with the same question */
export const encodeEntryCursor = ({ tableKey, version }: EntryPlace, code: string | undefined): string =>
  sealCursor([QUARANTINE, code ?? null, tableKey, version]);

/** Throws as {@link decodeExplanationCursor}. */
export const decodeEntryCursor = (cursor: string, code: string | undefined): EntryPlace =>
  unsealCursor(cursor, ([kind, of, tableKey, version]) =>
    kind === QUARANTINE &&
    of === (code ?? null) &&
    typeof tableKey === 'string' &&
    tableKey !== '' &&
    typeof version === 'string' &&
    version !== ''
      ? { tableKey, version }
      : undefined,
  );
