import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** The key that a command and its row have in common. */
export interface NotificationKey {
  readonly transaction_id: string;
  /** Milliseconds since 1970 as DynamoDB's number text: a malformed command may have any number here. */
  readonly created_at: string;
}

export const KEY_ATTRIBUTES = ['transaction_id', 'created_at'] as const;

export const keyItem = ({ transaction_id, created_at }: NotificationKey): Item => ({
  transaction_id: { S: transaction_id },
  created_at: { N: created_at },
});

export const keyOf = (item: Item): NotificationKey => ({
  transaction_id: item['transaction_id']?.S ?? '',
  created_at: item['created_at']?.N ?? '',
});

/** A key as one text, to find it in a map. */
export const keyText = ({ transaction_id, created_at }: NotificationKey): string =>
  `${created_at} ${transaction_id}`;

/** A plain value as DynamoDB stores it. */
export const toAttributeValue = (value: string | number | boolean): AttributeValue =>
  typeof value === 'string'
    ? { S: value }
    : typeof value === 'number'
      ? { N: String(value) }
      : { BOOL: value };

/** A record of texts, numbers and truths as an item; undefined members are left out. */
export const toItem = (record: object): Item =>
  Object.fromEntries(
    Object.entries(record as Record<string, string | number | boolean | undefined>).flatMap(
      ([name, value]) => (value === undefined ? [] : [[name, toAttributeValue(value)] as const]),
    ),
  );

/** An attribute as a person reads it; anything but a scalar as JSON. */
export const plainValue = (value: AttributeValue | undefined): string | number | boolean | undefined => {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  return JSON.stringify(value);
};
