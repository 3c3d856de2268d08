import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { fromSequence, toSequence } from '../domain/sequence.ts';
import { schemaVersion } from '../domain/stored-event.ts';
import type { NewEvent, StoredEvent } from './event-store.ts';
import { toStoredState } from './stored-state.ts';

type Item = Record<string, AttributeValue>;

/** An event as an item of `EventsTable`: the attributes of the first documents, and what has been added since. */
export const toEventItem = (event: NewEvent, timestamp: string): Item => ({
  AggregateID: { S: event.userId },
  Sequence: { S: toSequence(event.version) },
  EventType: { S: event.type },
  Payload: { M: toMap(event.payload) },
  Timestamp: { S: timestamp },
  CommandID: { S: event.commandId },
  SchemaVersion: { N: String(schemaVersion(event.type)) },
  State: toStoredState(event.state),
});

const toMap = (record: Readonly<Record<string, unknown>>): Item =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]): [string, AttributeValue] => {
      if (typeof value === 'number') return [name, { N: String(value) }];
      if (typeof value === 'string') return [name, { S: value }];
      return [name, { M: toMap(value as Record<string, unknown>) }];
    }),
  );

/** The attributes by which a stored event is known; undefined when the item's key is none of this system's. */
export const fromEventItem = (item: Readonly<Item>): StoredEvent | undefined => {
  const userId = item['AggregateID']?.S;
  const version = fromSequence(item['Sequence']?.S);
  if (userId === undefined || version === undefined) return undefined;
  return {
    userId,
    version,
    type: plain(item['EventType']),
    schemaVersion: plain(item['SchemaVersion']),
    payload: plain(item['Payload']),
    commandId: item['CommandID']?.S,
  };
};

/** What the schemas look at; anything else stays an attribute value, which no schema takes. */
const plain = (value: AttributeValue | undefined): unknown => {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.M !== undefined) {
    return Object.fromEntries(Object.entries(value.M).map(([name, member]) => [name, plain(member)]));
  }
  return value;
};
