import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Item, isImage } from '@notify/dynamodb';
import type { AttributeValue as StreamValue } from 'aws-lambda';

/**
 * The item that one JSON value of an export holds, in the form of an S3 export (`{"Item": {…}}`), as DynamoDB JSON (`{"a": {"S": "…"}}`)
 * or as plain JSON (`{"a": "…"}`); undefined when it is none of them.
 */
export const toExportedItem = (value: unknown): Item | undefined => {
  if (!isObject(value)) return undefined;
  const { Item: wrapped, ...rest } = value;
  if (isObject(wrapped) && Object.keys(rest).length === 0) return fromDynamoDBJson(wrapped);
  return fromDynamoDBJson(value) ?? fromPlainJson(value);
};

/** The items of a whole JSON document: the output of `aws dynamodb scan`, or an array of any of the forms. */
export const itemsOfDocument = (document: unknown): readonly unknown[] | undefined => {
  if (Array.isArray(document)) return document;
  return isObject(document) && Array.isArray(document['Items']) ? document['Items'] : undefined;
};

const fromDynamoDBJson = (value: object): Item | undefined =>
  Object.keys(value).length > 0 && isImage(value) ? mapValues(value, toAttribute) : undefined;

/** The same value with its binaries as bytes, as the SDK takes them. */
const toAttribute = (value: StreamValue): AttributeValue => {
  if (value.B !== undefined) return { B: Buffer.from(value.B, 'base64') };
  if (value.BS) return { BS: value.BS.map((member) => Buffer.from(member, 'base64')) };
  if (value.L) return { L: value.L.map(toAttribute) };
  if (value.M) return { M: mapValues(value.M, toAttribute) };
  return value as AttributeValue;
};

const mapValues = <A, B>(values: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));

const fromPlainJson = (value: Record<string, unknown>): Item | undefined => {
  try {
    return marshall(value, { removeUndefinedValues: true }) as Item;
  } catch {
    // A number that no double holds, for one.
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
