export { InMemoryNotificationReader } from './in-memory-notification-reader.ts';
export {
  type NotificationReaderFixture,
  notificationReaderContract,
} from './notification-reader.contract.ts';
export { OPENAPI_FILE } from './openapi-file.ts';
export { aCommand, aRow } from './records.ts';
