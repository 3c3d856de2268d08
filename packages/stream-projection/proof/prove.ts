/** Tries the engine's promise on as many random histories as one likes: `pnpm prove rows`. */
import { runProof } from '@notify/proof';
import { proveConvergence } from './convergence.ts';

await runProof({
  name: 'rows',
  cases: 'histories',
  prove: (search, createClient) => proveConvergence({ ...search, createClient: () => createClient(1) }),
});
