/** Tries the promise of the users on as many sequences of commands as one likes: `pnpm prove users`. */
import { loadTables } from '@notify/dynamodb';
import { createTables } from '@notify/dynamodb-local';
import { runProof } from '@notify/proof';
import { userTables } from '../src/testing/user-fixture.ts';
import { proveUsers } from './prove-users.ts';

const sums = { accepted: 0, refused: 0, erased: 0, unanswered: 0 };

await runProof({
  name: 'users',
  cases: 'sequences',
  figures: sums,
  prove: async (search, createClient) => {
    const shapes = Object.entries(loadTables());
    const names = await userTables(async (name) => {
      const own = shapes.filter(([table]) => table === name);
      await createTables(createClient(3), Object.fromEntries(own));
      return name;
    });
    await proveUsers({
      ...search,
      createClient,
      names,
      onAnswers: ({ accepted, refused, erased, unanswered }) => {
        sums.accepted += accepted.length;
        sums.refused += refused;
        sums.erased += erased;
        sums.unanswered += unanswered.length;
      },
    });
  },
});
