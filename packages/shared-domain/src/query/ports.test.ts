import { InMemoryNotificationReader, notificationReaderContract } from '../testing/index.ts';

notificationReaderContract(async () => {
  const reader = new InMemoryNotificationReader();
  return { reader, add: async (rows) => reader.add(...rows) };
});
