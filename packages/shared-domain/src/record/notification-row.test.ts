import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCommand } from '../testing/records.ts';
import {
  NOTIFICATION_FIELDS,
  Notification,
  NotificationData,
  toNotification,
  toNotificationData,
} from './notification.ts';
import { FAILED_BUCKETS, failedBucket, toNotificationRow } from './notification-row.ts';

describe('toNotificationRow', () => {
  it('keeps what it needs not change', () => {
    const optional = { marketing_id: 'm', error_msg: 'e', ap_id: 'a', delivered_ts: 5, failed_ts: 6 };
    expect(toNotificationRow(aCommand(optional))).toStrictEqual({
      ...aCommand(optional),
      notification_body: '',
      send_ts: aCommand().created_at,
      marketing_bucket: 'm#7',
    });
  });

  it('names the device token `token` and leaves the payload behind', () => {
    const row = toNotificationRow(aCommand({ device_token: 'abc', payload: '{}' }));
    expect(row.token).toBe('abc');
    expect(row).not.toHaveProperty('device_token');
    expect(row).not.toHaveProperty('payload');
  });

  it.each([
    ['{"body":"plain"}', 'plain'],
    ['{"aps":{"alert":{"body":"apns"}}}', 'apns'],
    ['{"notification":{"body":"fcm"}}', 'fcm'],
    ['{"body":"","notification":{"body":"fcm"}}', 'fcm'],
    ['{"body":7}', ''],
    ['{"aps":null}', ''],
    ['null', ''],
    ['no json', ''],
    ['"text"', ''],
    ['{"body":"a\\ud800b"}', 'a\ufffdb'],
  ])('finds the body of the payload %s', (payload, body) => {
    expect(toNotificationRow(aCommand({ payload })).notification_body).toBe(body);
  });

  it('prefers a body and a sending time of the record’s own', () => {
    const row = toNotificationRow(
      aCommand({ notification_body: 'own', payload: '{"body":"other"}', send_ts: 1 }),
    );
    expect(row).toMatchObject({ notification_body: 'own', send_ts: 1 });
  });

  it('puts only failed rows into a bucket', () => {
    expect(toNotificationRow(aCommand({ status: 'DELIVERED' }))).not.toHaveProperty('failed_bucket');
    const failed = aCommand({ status: 'FAILED' });
    expect(toNotificationRow(failed).failed_bucket).toBe(failedBucket(failed));
  });
});

describe('failedBucket', () => {
  it('is what stored rows depend on', () => {
    expect(failedBucket({ transaction_id: 'tx_001', created_at: 1_704_067_200_000 })).toBe(7);
    expect(failedBucket({ transaction_id: 'tx_002', created_at: 1 })).toBe(0);
  });

  it('spreads the rows of one transaction evenly', () => {
    const counts = new Array<number>(FAILED_BUCKETS).fill(0);
    for (let i = 0; i < 8_000; i++) {
      const bucket = failedBucket({ transaction_id: 'tx', created_at: 1_704_067_200_000 + i });
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(800);
  });
});

describe('the API’s views of a row', () => {
  const row = { ...toNotificationRow(aCommand({ status: 'FAILED', ap_id: 'a' })), version: '1' };

  it('leaves out what is absent in `items`', () => {
    const { failed_bucket, failed_transaction, marketing_bucket, version, ...notification } = row;
    expect(toNotification(row)).toEqual(notification);
  });

  it('gives null for what is absent in `data`', () => {
    expect(toNotificationData(toNotification(row))).toEqual({
      ...toNotification(row),
      marketing_id: null,
      token: null,
      error_msg: null,
      sns_id: null,
      retry_cnt: null,
      delivered_ts: null,
      failed_ts: null,
    });
  });

  it('take a row that another system wrote for what it says', () => {
    const foreign = {
      transaction_id: 'tx',
      created_at: 5,
      status: 'QUEUED',
      platform: 'FAX',
      ap_id: 7,
      extra: {},
    };
    expect(toNotification(foreign)).toStrictEqual({
      transaction_id: 'tx',
      created_at: 5,
      notification_body: '',
      status: 'QUEUED',
      platform: 'FAX',
      ap_id: '7',
      send_ts: 5,
    });
    const broken = {
      transaction_id: 'tx',
      created_at: 5,
      user_id: null,
      token: new Set(['a']),
      send_ts: '9',
      failed_ts: '',
    };
    expect(toNotification(broken)).toStrictEqual({
      transaction_id: 'tx',
      created_at: 5,
      notification_body: '',
      send_ts: 9,
    });
  });

  it('give of any row what the schema of an answer allows', () => {
    const value = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.constant(null));
    const row = fc.dictionary(fc.constantFrom(...NOTIFICATION_FIELDS), value);
    fc.assert(
      fc.property(row, (attributes) => {
        const read = toNotification({ ...attributes, transaction_id: 'tx', created_at: 1 });
        expect(Notification.parse(read)).toStrictEqual(read);
        expect(NotificationData.parse(toNotificationData(read))).toBeDefined();
      }),
      { seed: 1 },
    );
  });
});
