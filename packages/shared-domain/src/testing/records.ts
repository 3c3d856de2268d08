import type { CommandRecord } from '../record/command-record.ts';
import type { NotificationRow } from '../record/notification-row.ts';
import { toNotificationRow } from '../record/notification-row.ts';

/** A command record; each test says what matters to it. */
export const aCommand = (fields: Partial<CommandRecord> = {}): CommandRecord => ({
  transaction_id: 'tx_001',
  created_at: 1_704_067_200_000,
  user_id: 'test_user_001',
  notification_title: 'Happy New Year',
  status: 'SENT',
  platform: 'IOS',
  ...fields,
});

/** The read row of a command record. */
export const aRow = (fields: Partial<CommandRecord> = {}): NotificationRow =>
  toNotificationRow(aCommand(fields));
