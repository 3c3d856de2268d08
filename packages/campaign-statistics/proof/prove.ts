/** Tries the promise of the campaign statistics on as many random histories as one likes: `pnpm prove campaigns`. */
import { runProof } from '@notify/proof';
import { proveExactness } from './exactness.ts';

await runProof({
  name: 'campaigns',
  cases: 'histories',
  prove: (search, createClient) => proveExactness({ ...search, createClient }),
});
