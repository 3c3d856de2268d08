import { setTimeout as delay } from 'node:timers/promises';
import type { Item } from '@notify/dynamodb';
import {
  keyItem,
  keyOf,
  notificationProjection,
  PlacementReader,
  ReadModelWriter,
  type SwitchTiming,
} from '@notify/read-model';
import { createStreamProjection, DynamoDBQuarantine, PartiqlRowWriter } from '@notify/stream-projection';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Session } from '../session/session.ts';
import { itemsOf } from './session.ts';

export interface StandInStream {
  /** Resolves when everything written before the call is projected. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const POLL_MS = 20;

/**
 * What a stream and its function do, in this process: looks at the command table again and again and projects what has changed, as
 * the stream processor is wired. Two functions with clocks that differ take turns.
 */
export const startStandInStream = (session: Session, timing: SwitchTiming): StandInStream => {
  const { dynamodb, tables } = session;
  const functions = [-20, 20].map((offMs) => {
    const clock = () => Date.now() + offMs;
    const placement = new PlacementReader(dynamodb, {
      table: tables.readModels,
      readModel: tables.notifications,
      timing,
      clock,
    });
    return createStreamProjection(notificationProjection, {
      rows: new ReadModelWriter(placement, (table) => new PartiqlRowWriter(dynamodb, table), {
        timing,
        clock,
      }),
      quarantine: new DynamoDBQuarantine(dynamodb, tables.quarantine),
    });
  });
  let known = new Map<string, Item>();
  let sequence = 0;
  let rounds = 0;
  let stopped = false;

  const record = (eventName: 'MODIFY' | 'REMOVE', item: Item): DynamoDBRecord =>
    ({
      eventName,
      eventSourceARN: `arn:aws:dynamodb:::table/${tables.commands}/stream/`,
      dynamodb: {
        Keys: keyItem(keyOf(item)),
        ...(eventName === 'MODIFY' && { NewImage: item }),
        SequenceNumber: String(++sequence),
      },
    }) as unknown as DynamoDBRecord;

  const run = async () => {
    while (!stopped) {
      const now = await itemsOf(session, tables.commands);
      const changed = [...now].filter(
        ([key, item]) => JSON.stringify(known.get(key)) !== JSON.stringify(item),
      );
      const removed = [...known].filter(([key]) => !now.has(key));
      const records = [
        ...changed.map(([, item]) => record('MODIFY', item)),
        ...removed.map(([, item]) => record('REMOVE', item)),
      ];
      for (let failed = records.length > 0; failed; ) {
        const project = functions[rounds % 2] as (typeof functions)[number];
        const { batchItemFailures } = await project({ Records: records }, { remainingTimeMs: () => 60_000 });
        failed = batchItemFailures.length > 0;
        rounds += 1;
      }
      known = now;
      rounds += 1;
      await delay(POLL_MS);
    }
  };
  const running = run();
  return {
    idle: async () => {
      const isIdle = async () => {
        const now = await itemsOf(session, tables.commands);
        return JSON.stringify([...now].sort()) === JSON.stringify([...known].sort());
      };
      while (!(await isIdle())) await delay(POLL_MS);
    },
    stop: async () => {
      stopped = true;
      await running;
    },
  };
};
