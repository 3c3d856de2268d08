import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Position, readPositions } from './read-positions.ts';

/** How a projection does, as far as its places tell. Times are milliseconds since 1970; undefined as long as it has left no place. */
export interface Pulse {
  readonly projection: string;
  /** How far it is behind its stream, in milliseconds. */
  readonly lagMs: number | undefined;
  /** Over the last minute; 0 when it has had nothing to do. */
  readonly recordsPerSecond: number | undefined;
  /** When the newest record was written that it has come to, to the second. */
  readonly lastRecordAt: number | undefined;
  /** When it left its last place. */
  readonly leftAt: number | undefined;
}

/** A place that was left so much earlier than the newest one tells how it was then. */
const RECENT_MS = 10_000;
/** A rate is of so much time. */
const RATE_MS = 60_000;

/**
 * How projections of one stream do. Costs a query each, of a few items, and reads no stream: of a projection that stands still it can
 * tell that as long as another one goes on.
 */
export const readPulses = async (
  dynamodb: DynamoDBClient,
  table: string,
  projections: readonly string[],
  now: number,
): Promise<Pulse[]> =>
  toPulses(
    await Promise.all(
      projections.map(async (projection) => ({
        projection,
        positions: await readPositions(dynamodb, table, projection),
      })),
    ),
    now,
  );

export const toPulses = (
  projections: readonly { readonly projection: string; readonly positions: readonly Position[] }[],
  now: number,
): Pulse[] => {
  const newest = greatest(projections.flatMap(({ positions }) => positions.map(({ recordAt }) => recordAt)));
  return projections.map(({ projection, positions }) => {
    const lastRecordAt = greatest(positions.map(({ recordAt }) => recordAt));
    const leftAt = greatest(positions.map((position) => position.leftAt));
    const recent = positions.filter((position) => position.leftAt >= (leftAt ?? 0) - RECENT_MS);
    const behind = newest === undefined || lastRecordAt === undefined ? 0 : newest - lastRecordAt;
    const lagMs = greatest([
      ...recent.map((position) => position.lagMs),
      // Places are left seconds apart, which is no lag.
      behind > RECENT_MS ? behind : undefined,
    ]);
    const recordsPerSecond = positions
      .filter((position) => position.leftAt >= now - RATE_MS)
      .reduce(
        (sum, { records, windowMs = 0 }) => (windowMs > 0 ? sum + (records * 1_000) / windowMs : sum),
        0,
      );
    return {
      projection,
      lagMs,
      recordsPerSecond: positions.length === 0 ? undefined : recordsPerSecond,
      lastRecordAt,
      leftAt,
    };
  });
};

const greatest = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce((most, value) => (most === undefined || (value ?? 0) > most ? value : most), undefined);
