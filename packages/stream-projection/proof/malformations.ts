import type { DynamoDBRecord } from 'aws-lambda';

/** What the sample's projection or the engine cannot read, in an otherwise good record. */
export const MALFORMATIONS = {
  'no owner': image({ owner: undefined }),
  'owner is null': image({ owner: { NULL: true } }),
  'owner is a number': image({ owner: { N: '1' } }),
  'owner is a flag': image({ owner: { BOOL: true } }),
  'owner is bytes': image({ owner: { B: 'AQI=' } }),
  'owner is a set': image({ owner: { SS: ['Ada'] } }),
  'owner is a list': image({ owner: { L: [{ S: 'Ada' }] } }),
  'owner is a map': image({ owner: { M: { name: { S: 'Ada' } } } }),
  'owner has no type': image({ owner: {} }),
  'owner has an unknown type': image({ owner: { X: 'Ada' } }),
  'owner is no attribute value': image({ owner: 'Ada' }),
  'owner is JSON null': image({ owner: null }),
  'balance is no number': image({ balance: { N: 'x' } }),
  'balance is empty': image({ balance: { N: '' } }),
  'balance is a fraction': image({ balance: { N: '0.5' } }),
  'balance is unsafe': image({ balance: { N: '9007199254740993' } }),
  'balance has 38 digits': image({ balance: { N: '12345678901234567890123456789012345678' } }),
  'balance has 39 digits': image({ balance: { N: '123456789012345678901234567890123456789' } }),
  'balance is huge': image({ balance: { N: '9.9999999999999999999999999999999999999E+125' } }),
  'balance is tiny': image({ balance: { N: '-1E-130' } }),
  'balance is beyond DynamoDB': image({ balance: { N: '1E126' } }),
  'balance is beyond JavaScript': image({ balance: { N: '1E400' } }),
  'image holds 399 KB': image({ owner: undefined, note: { S: 'x'.repeat(399 * 1_024) } }),
  'image is half an emoji': image({ owner: undefined, note: { S: '\ud83e' } }),
  'image is nested too deeply': image({ owner: JSON.parse(`${'{"L":['.repeat(40)}${']}'.repeat(40)}`) }),
  'no image': stream({ NewImage: undefined }),
  'image is a text': stream({ NewImage: 'Ada' }),
  'image is null': stream({ NewImage: null }),
  'image is empty': stream({ NewImage: {} }),
  'no keys': stream({ Keys: undefined }),
  'keys are a list': stream({ Keys: [] }),
  'no sort key': keys({ number: undefined }),
  'sort key is a text': keys({ number: { S: '1' } }),
  'sort key is empty': keys({ number: { N: '' } }),
  'sort key has 38 digits': keys({ number: { N: '-12345678901234567890123456789012345678' } }),
  'no sequence number': stream({ SequenceNumber: undefined }),
  'sequence number is no number': stream({ SequenceNumber: '0x10' }),
  'sequence number has 41 digits': stream({ SequenceNumber: '1'.repeat(41) }),
  'no stream record': (record: DynamoDBRecord) => ({ ...record, dynamodb: undefined }),
  'no event name': (record: DynamoDBRecord) => ({ ...record, eventName: undefined }),
  'unknown event name': (record: DynamoDBRecord) => ({ ...record, eventName: 'TRUNCATE' }),
};

export type Malformation = keyof typeof MALFORMATIONS;

export const malform = (record: DynamoDBRecord, how: Malformation): DynamoDBRecord =>
  MALFORMATIONS[how](record) as DynamoDBRecord;

function stream(change: Record<string, unknown>) {
  return (record: DynamoDBRecord) => ({ ...record, dynamodb: { ...record.dynamodb, ...change } });
}

function image(change: Record<string, unknown>) {
  return (record: DynamoDBRecord) =>
    stream({ NewImage: { ...record.dynamodb?.NewImage, ...change } })(record);
}

function keys(change: Record<string, unknown>) {
  return (record: DynamoDBRecord) => stream({ Keys: { ...record.dynamodb?.Keys, ...change } })(record);
}
