import { castoreUsers } from '@notify/peers';
import { benchClient } from '../bench-client.ts';
import { measureTurn } from './turn.ts';

/** So many commands on these users. */
export interface CastoreTurn {
  readonly endpoint: string;
  readonly table: string;
  readonly ids: readonly string[];
  readonly commands: number;
}

/** Castore in a process of its own: what it leaves to the garbage collector is nobody else's to clear away. Reports µs of CPU a command. */
process.on('message', async ({ endpoint, table, ids, commands }: CastoreTurn) => {
  const castore = castoreUsers(benchClient(endpoint), table);
  process.send?.(await measureTurn(ids, commands, (id) => () => castore(id, 1)));
});
