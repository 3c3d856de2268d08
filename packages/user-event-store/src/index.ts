export {
  DynamoDBEventStore,
  type DynamoDBEventStoreOptions,
  RECEIPT_HOURS,
} from './events/dynamodb-event-store.ts';
export { fromEventItem, toEventItem } from './events/event-item.ts';
export type { AppendOutcome, EventStore, NewEvent, Receipt, StoredEvent } from './events/event-store.ts';
export { DynamoDBSnapshots, SNAPSHOT_SCHEMA, type Snapshot, type Snapshots } from './events/snapshots.ts';
export { fold, loadUser, NO_EVENTS, type UserAt } from './events/user-history.ts';
export { getItems, type Item } from './get-items.ts';
export { DynamoDBKeyStore } from './keys/dynamodb-key-store.ts';
export type { DataKey, KeyStore, MasterKey } from './keys/key-store.ts';
export { LocalMasterKey } from './keys/local-master-key.ts';
export { masterKey } from './keys/master-key.ts';
export { sealWith, unsealWith } from './keys/sealing.ts';
