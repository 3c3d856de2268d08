import type { DataPage, ItemsPage, QueryOf } from '@notify/shared-domain';

/** What the service is asked for. Every question rejects with an AppError when there is no good answer. */
export interface QueryPort {
  notificationsOfUser(query: QueryOf<'user'>): Promise<ItemsPage>;
  notificationsOfCampaign(query: QueryOf<'marketing'>): Promise<ItemsPage>;
  failuresOfTransaction(query: QueryOf<'failures'>): Promise<ItemsPage>;
  notificationsOfTransaction(query: QueryOf<'transaction'>): Promise<DataPage>;
  failedNotifications(query: QueryOf<'fail'>): Promise<DataPage>;
}
