import { setTimeout as delay } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import { expectedRows, keyOf, keyText, LOWEST_VERSION, type RecordKey } from '@notify/read-model';
import { VERSION } from '@notify/stream-projection';
import { getRecords } from '../records/get-records.ts';
import { readPlacement } from '../records/read-model.ts';
import { touch } from '../reproject/touch.ts';
import type { Session } from '../session/session.ts';

/** Well-formed commands from all over the table, so that every shard of the stream is likely to be among theirs. */
export const sampleCommands = async (
  { dynamodb, tables }: Pick<Session, 'dynamodb' | 'tables'>,
  size: number,
): Promise<RecordKey[]> => {
  const pages = await Promise.all(
    Array.from({ length: size }, (_, segment) =>
      dynamodb.send(
        new ScanCommand({
          TableName: tables.commands,
          ConsistentRead: true,
          Limit: 1,
          ...(size > 1 ? { Segment: segment, TotalSegments: size } : {}),
        }),
      ),
    ),
  );
  const images = pages
    .flatMap(({ Items = [] }): Item[] => Items)
    .map((image) => ({ key: keyOf(image), image, version: LOWEST_VERSION }));
  const expected = await expectedRows(images, tables.commands);
  return images.filter((_, index) => 'columns' in (expected[index] ?? {})).map(({ key }) => key);
};

export interface ProbeReport {
  /** From the touch of each probe to its row's new version, in milliseconds, ascending. */
  readonly lagsMs: readonly number[];
  /** Probes that did not come through in time. */
  readonly late: number;
}

const POLL_MS = 25;

/**
 * Touches commands and waits until the read model shows it. A stream keeps the order of its records, so everything written before to
 * the same shards has come through as well.
 */
export const probe = async (
  session: Session,
  keys: readonly RecordKey[],
  timeoutMs: number,
): Promise<ProbeReport> => {
  const { active } = await readPlacement(session);
  const before = await getRecords(session.dynamodb, active, keys);
  const startedAt = performance.now();
  await touch(session, keys);
  const lagsMs: number[] = [];
  let waiting = [...keys];
  while (waiting.length > 0 && performance.now() - startedAt < timeoutMs) {
    const now = await getRecords(session.dynamodb, active, waiting);
    const arrived = (key: RecordKey) => {
      const [old, fresh] = [before.get(keyText(key)), now.get(keyText(key))];
      return fresh !== undefined && fresh[VERSION]?.S !== old?.[VERSION]?.S;
    };
    const lag = Math.round(performance.now() - startedAt);
    lagsMs.push(...waiting.filter(arrived).map(() => lag));
    waiting = waiting.filter((key) => !arrived(key));
    if (waiting.length > 0) await delay(POLL_MS, undefined, { signal: session.signal });
  }
  return { lagsMs, late: waiting.length };
};
