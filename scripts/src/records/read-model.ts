import { type Placement, PlacementReader, placementOf, ReadModelWriter } from '@notify/read-model';
import { PartiqlRowWriter, type RowWriter } from '@notify/stream-projection';
import type { Session } from '../session/session.ts';

/** Where the read model lives, as of now. */
export const readPlacement = ({
  dynamodb,
  tables,
}: Pick<Session, 'dynamodb' | 'tables'>): Promise<Placement> =>
  placementOf(dynamodb, { table: tables.readModels, readModel: tables.notifications });

/** Writes rows wherever the stream processor writes them. */
export const readModelWriter = ({ dynamodb, tables }: Session): RowWriter =>
  new ReadModelWriter(
    new PlacementReader(dynamodb, { table: tables.readModels, readModel: tables.notifications }),
    (table) => new PartiqlRowWriter(dynamodb, table),
  );
