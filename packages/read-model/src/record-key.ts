import type { Item } from '@notify/dynamodb';

/** The key that a command and its row have in common. */
export interface RecordKey {
  readonly transaction_id: string;
  /** Milliseconds since 1970 as DynamoDB's number text: a malformed command may have any number here. */
  readonly created_at: string;
}

export const KEY_ATTRIBUTES = ['transaction_id', 'created_at'] as const;

export const keyItem = ({ transaction_id, created_at }: RecordKey) => ({
  transaction_id: { S: transaction_id },
  created_at: { N: created_at },
});

export const keyOf = (item: Item): RecordKey => ({
  transaction_id: item['transaction_id']?.S ?? '',
  created_at: item['created_at']?.N ?? '',
});

/** A key as one text, to find it in a map. */
export const keyText = ({ transaction_id, created_at }: RecordKey): string =>
  `${created_at} ${transaction_id}`;
