import { InMemoryNotificationReader, notificationReaderContract } from './index.ts';

notificationReaderContract(async () => {
  const reader = new InMemoryNotificationReader();
  return { reader, add: async (rows) => reader.add(...rows) };
});
