import { decodeAttributes, decodeInteger } from '@notify/dynamodb';
import { AppError } from '@notify/shared-domain';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import type { KeyAttribute, Projection } from './projection.ts';

/** AWS documents sequence numbers as 21 to 40 digits; DynamoDB Local begins with fewer. */
export const VERSION_DIGITS = 40;

/** The version of a record: its sequence number in 40 digits; undefined when it has none. */
export const versionOf = (record: DynamoDBRecord): string | undefined => {
  const sequenceNumber = record.dynamodb?.SequenceNumber;
  return typeof sequenceNumber === 'string' && /^\d{1,40}$/.test(sequenceNumber)
    ? sequenceNumber.padStart(VERSION_DIGITS, '0')
    : undefined;
};

/** The newest state of an item, as one stream record tells it. */
export interface Image<Row extends object> {
  /** The key as one text, to tell items apart within a batch. */
  readonly id: string;
  readonly key: readonly AttributeValue[];
  readonly version: string;
  /** Undefined when the item was removed. */
  readonly row: Row | undefined;
}

/**
 * What a stream record says.
 * @throws AppError `RECORD.INVALID`, or what the projection throws
 */
export const readImage = <Row extends object>(
  record: DynamoDBRecord,
  projection: Projection<Row>,
): Image<Row> => {
  const version = versionOf(record);
  if (version === undefined) throw invalid('The record has no sequence number.');
  const { id, key } = readKey(record, projection.key);
  return { id, key, version, row: readRow(record, projection) };
};

const readRow = <Row extends object>(
  record: DynamoDBRecord,
  projection: Projection<Row>,
): Row | undefined => {
  if (record.eventName === 'REMOVE') return undefined;
  if (record.eventName !== 'INSERT' && record.eventName !== 'MODIFY')
    throw invalid('The event has no known name.');
  const image = record.dynamodb?.NewImage;
  if (typeof image !== 'object' || image === null) throw invalid('The record has no new image.');
  return projection.project(decodeAttributes(image, projection.attributes));
};

const readKey = (record: DynamoDBRecord, attributes: readonly KeyAttribute[]) => {
  const keys = record.dynamodb?.Keys;
  if (typeof keys !== 'object' || keys === null) throw invalid('The record has no keys.');
  const key: AttributeValue[] = [];
  let id = '';
  for (const { name, type } of attributes) {
    const text = keys[name]?.[type];
    if (typeof text !== 'string' || text === '')
      throw invalid(`The key ${name} is missing or not of type ${type}.`);
    const value = type === 'N' ? String(decodeInteger(text, name)) : text;
    key.push(type === 'N' ? { N: value } : { S: value });
    id += `${value.length}:${value}`;
  }
  return { id, key };
};

const invalid = (detail: string) => new AppError('RECORD.INVALID', { detail });
