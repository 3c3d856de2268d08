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

/** What an attribute holds, where it is a text, a number or a truth. */
export const plainScalar = (value: AttributeValue | undefined): PlainValue | undefined => {
  if (value === undefined) return undefined;
  return value.S ?? (value.N === undefined ? value.BOOL : Number(value.N));
};

/** An attribute as a person reads it; anything but a scalar as JSON. */
export const plainValue = (value: AttributeValue | undefined): PlainValue | undefined =>
  value && (plainScalar(value) ?? JSON.stringify(value));
