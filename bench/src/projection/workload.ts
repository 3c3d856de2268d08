import type { CommandRecord } from '@notify/shared-domain';
import { aStreamRecord } from '@notify/stream-projection/testing';
import type { DynamoDBRecord } from 'aws-lambda';

export interface Workload {
  readonly name: string;
  /** What is in the source table, and so in the read table, before. */
  readonly existing: readonly DynamoDBRecord[];
  /** No two of them for the same item, so that each way to write them has to write them all. */
  readonly records: readonly DynamoDBRecord[];
}

export const inserts = (count: number): Workload => ({
  name: 'inserts',
  existing: [],
  records: Array.from({ length: count }, (_, i) => record('INSERT', i, i)),
});

/** 60 % INSERT, 35 % MODIFY, 5 % REMOVE, well mixed. */
export const mix = (count: number): Workload => {
  const names = Array.from({ length: count }, (_, i) => {
    const place = (i * 7) % 20;
    return place < 12 ? 'INSERT' : place < 19 ? 'MODIFY' : 'REMOVE';
  });
  return {
    name: 'mix',
    existing: names.flatMap((name, i) => (name === 'INSERT' ? [] : [record('INSERT', i, i)])),
    records: names.map((name, i) => record(name, i, count + i)),
  };
};

/** Sequence numbers as long as AWS has them. */
const FIRST_SEQUENCE_NUMBER = 300_000_000_000_000_000_001n;

const record = (
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE',
  item: number,
  sequence: number,
): DynamoDBRecord => {
  const { transaction_id, created_at, ...image } = command(eventName, item);
  return aStreamRecord({
    eventName,
    table: 'command-records',
    sequenceNumber: FIRST_SEQUENCE_NUMBER + BigInt(sequence),
    keys: { transaction_id, created_at },
    image,
  });
};

/** An ordinary command: about 700 bytes. */
export const command = (eventName: string, i: number): CommandRecord => ({
  transaction_id: `tx-${String(i).padStart(12, '0')}`,
  created_at: 1_750_000_000_000 + i,
  user_id: `user-${i % 500}`,
  marketing_id: `campaign-${i % 50}`,
  notification_title: `Your order ${i} is on its way`,
  status: eventName === 'MODIFY' ? 'DELIVERED' : 'SENT',
  platform: 'IOS',
  device_token: `${i}`.padStart(64, 'f'),
  payload: JSON.stringify({
    aps: { alert: { title: 'Order', body: `The parcel ${i} arrives today.` }, badge: 1 },
  }),
  ap_id: 'mobile-app-001',
  ...(eventName === 'MODIFY' && { delivered_ts: 1_750_000_000_500 + i }),
});
