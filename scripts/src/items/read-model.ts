import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type Placement, PlacementReader, parsePlacement, ReadModelWriter } from '@notify/read-model';
import { PartiqlRowWriter, type RowWriter } from '@notify/stream-projection';
import type { Session } from '../session/session.ts';

/** Where the read model lives, as of now. */
export const readPlacement = async ({ dynamodb, tables }: Session): Promise<Placement> => {
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: tables.readModels,
      Key: { read_model: { S: tables.notifications } },
      ConsistentRead: true,
    }),
  );
  return Item === undefined ? { active: tables.notifications } : parsePlacement(Item);
};

/** Writes rows wherever the stream processor writes them. */
export const readModelWriter = ({ dynamodb, tables }: Session): RowWriter =>
  new ReadModelWriter(
    new PlacementReader(dynamodb, { table: tables.readModels, readModel: tables.notifications }),
    (table) => new PartiqlRowWriter(dynamodb, table),
  );
