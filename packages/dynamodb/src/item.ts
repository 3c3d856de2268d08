import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** What most attributes hold. */
export type PlainValue = string | number | boolean;

/** A plain value as DynamoDB stores it, in the form that items, statements and stream events share. */
export const toAttributeValue = (value: PlainValue) =>
  typeof value === 'string'
    ? { S: value }
    : typeof value === 'number'
      ? { N: String(value) }
      : { BOOL: value };

/** A record of texts, numbers and truths as an item; undefined members are left out. */
export const toItem = (record: object): Item =>
  Object.fromEntries(
    Object.entries(record as Record<string, PlainValue | undefined>).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, toAttributeValue(value)] as const],
    ),
  );

/** An attribute as a person reads it; anything but a scalar as JSON. */
export const plainValue = (value: AttributeValue | undefined): PlainValue | undefined => {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  return JSON.stringify(value);
};
