import { createNotifyClient } from '@notify/client';

/** Asks the service that served this page; nothing else is ever asked. */
export const client = createNotifyClient({ baseUrl: location.origin, timeoutMs: 15_000 });
