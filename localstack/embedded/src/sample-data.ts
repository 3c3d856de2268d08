import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CommandRecord } from '@notify/shared-domain';

const NEW_YEAR_2024 = Date.UTC(2024, 0, 1);
const at = (seconds: number): number => NEW_YEAR_2024 + seconds * 1000;
const pushPayload = (title: string, body: string): string =>
  JSON.stringify({ aps: { alert: { title, body } } });

/** A first morning of the system: a campaign to three people, a login warning, and what the push providers made of them. */
export const SAMPLE_COMMANDS: readonly CommandRecord[] = [
  {
    transaction_id: 'tx_001',
    created_at: at(0),
    user_id: 'test_user_001',
    marketing_id: 'campaign_2024_new_year',
    sns_id: 'sns_2024_new_year',
    notification_title: 'Happy New Year!',
    status: 'DELIVERED',
    platform: 'IOS',
    device_token: 'ios-token-001',
    payload: pushPayload('Happy New Year!', 'Your gift is waiting in the app.'),
    ap_id: 'mobile-app-001',
    send_ts: at(1),
    delivered_ts: at(3),
  },
  {
    transaction_id: 'tx_001',
    created_at: at(1),
    user_id: 'test_user_002',
    marketing_id: 'campaign_2024_new_year',
    sns_id: 'sns_2024_new_year',
    notification_title: 'Happy New Year!',
    status: 'FAILED',
    platform: 'ANDROID',
    device_token: 'android-token-002',
    payload: JSON.stringify({ notification: { body: 'Your gift is waiting in the app.' } }),
    error_msg: 'Device token is no longer registered',
    ap_id: 'mobile-app-002',
    send_ts: at(2),
    failed_ts: at(4),
  },
  {
    transaction_id: 'tx_001',
    created_at: at(2),
    user_id: 'test_user_003',
    marketing_id: 'campaign_2024_new_year',
    sns_id: 'sns_2024_new_year',
    notification_title: 'Happy New Year!',
    status: 'SENT',
    platform: 'WEBPUSH',
    payload: JSON.stringify({ body: 'Your gift is waiting on the web.' }),
    ap_id: 'web-portal-001',
    send_ts: at(3),
  },
  {
    transaction_id: 'tx_002',
    created_at: at(3_600),
    user_id: 'test_user_001',
    notification_title: 'New sign-in',
    status: 'FAILED',
    platform: 'WEBPUSH',
    notification_body: 'Somebody signed in to your account from a new browser.',
    error_msg: 'Push service answered 410 Gone',
    ap_id: 'web-portal-001',
    send_ts: at(3_601),
    failed_ts: at(3_602),
  },
  {
    transaction_id: 'tx_002',
    created_at: at(3_601),
    user_id: 'test_user_001',
    notification_title: 'New sign-in',
    status: 'DELIVERED',
    platform: 'IOS',
    device_token: 'ios-token-001',
    notification_body: 'Somebody signed in to your account from a new browser.',
    ap_id: 'mobile-app-001',
    send_ts: at(3_602),
    delivered_ts: at(3_603),
  },
];

/** The write that is shown to become an answer. Its key is always the same, so that a restart changes a row and adds none. */
export const shownCommand = (now: number): CommandRecord => ({
  transaction_id: 'tx_003',
  created_at: at(7_200),
  user_id: 'test_user_001',
  notification_title: 'Your order is on its way',
  status: 'DELIVERED',
  platform: 'ANDROID',
  device_token: 'android-token-001',
  payload: pushPayload('Your order is on its way', 'It arrives tomorrow.'),
  ap_id: 'mobile-app-001',
  delivered_ts: now,
});

/** A command as an item of the command table. */
export const toItem = (command: CommandRecord): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(command).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === 'number' ? { N: String(value) } : { S: value }]];
    }),
  );

/** The body of `POST /command` that creates the sample's user; `user-001` is left to the documents' examples. */
export const SAMPLE_USER = {
  user_id: 'sample-user-001',
  event_type: 'USER_CREATED',
  payload: { name: 'Grace', email: 'grace@example.com' },
};
