export { InMemoryNotificationReader } from './in-memory-notification-reader.ts';
export {
  type NotificationReaderFixture,
  notificationReaderContract,
} from './notification-reader.contract.ts';
export { aCommand, aRow } from './records.ts';
