import { type NotificationRow, toNotificationRow } from '@notify/shared-domain';

/** When the first row of a transaction was created, in milliseconds since 1970. */
export const FIRST_CREATED_AT = 1_700_000_000_000;

/** An ordinary row of a transaction, the one with this number; one in ten has failed. */
export const benchRow = (transaction_id: string, number: number): NotificationRow =>
  toNotificationRow({
    transaction_id,
    created_at: FIRST_CREATED_AT + number,
    user_id: `user-${number % 50}`,
    marketing_id: `campaign-${number % 5}`,
    notification_title: `Your order ${number} is on its way`,
    notification_body: 'It arrives tomorrow between nine and twelve.',
    status: number % 10 === 0 ? 'FAILED' : 'SENT',
    platform: 'IOS',
    device_token: `device-token-${number}`,
    ap_id: 'mobile-app-001',
  });
