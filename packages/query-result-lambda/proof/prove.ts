/** Tries the promise of paging on as many queries as one likes: `pnpm prove paging`. */
import { randomUUID } from 'node:crypto';
import { loadTables } from '@notify/dynamodb';
import { createTables } from '@notify/dynamodb-local';
import { runProof } from '@notify/proof';
import { provePaging } from './prove-paging.ts';

await runProof({
  name: 'paging',
  cases: 'queries',
  prove: (search, createClient) => {
    const dynamodb = createClient(3);
    const { 'notification-records': shape } = loadTables();
    if (!shape) throw new RangeError('terraform/tables.json has no notification-records.');
    const createTable = async () => {
      const name = `notification-records-${randomUUID()}`;
      await createTables(dynamodb, { [name]: shape });
      return name;
    };
    return provePaging({ ...search, dynamodb, createTable });
  },
});
