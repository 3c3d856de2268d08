import {
  DynamoDBServiceException,
  InternalServerError,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Part } from '../domain/part.ts';
import { ScriptedDynamoDB } from '../testing/scripted-dynamodb.ts';
import { foldCampaign, isStill, nextRevision, toItem } from './fold.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 24);
const OLD = NOW - 2 * DAY_MS - 1;
const aPart = (sent: number, updatedAt = OLD, sequence = '7'): Part => ({
  tally: new Map([['s IOS SENT', sent]]),
  firstCreatedAt: sent,
  lastCreatedAt: sent + 10,
  sequence,
  updatedAt,
});
const item = (shard: string, part: Part, month = '2026-11') =>
  toItem({ marketingId: 'spring', month, shard }, part);

const foldAmong = async (Items: unknown[], written: unknown = {}) => {
  const dynamodb = new ScriptedDynamoDB(({ name }) => (name === 'QueryCommand' ? { Items } : written));
  const folded = await foldCampaign(dynamodb.client, 'parts', 'spring', NOW);
  const transactions = dynamodb.sent.slice(1).map(({ input }) => input['TransactItems'] as object[]);
  return { folded: folded.map(({ month, shard }) => `${month} ${shard}`), transactions };
};

describe('folding a campaign', () => {
  it('adds up what can no longer change, month by month, and leaves the rest', async () => {
    const { folded, transactions } = await foldAmong([
      item('s1', aPart(1)),
      item('s2', aPart(2, OLD - 5, '8')),
      item('s3', aPart(4, NOW - 2 * DAY_MS)),
      item('s1', aPart(8), '2026-10'),
    ]);
    expect(folded).toEqual(['2026-11 s1', '2026-11 s2', '2026-10 s1']);
    expect(transactions).toHaveLength(2);
    expect(transactions[0]).toEqual([
      {
        Put: {
          TableName: 'parts',
          Item: item('base', { ...aPart(3, OLD, '1'), firstCreatedAt: 1, lastCreatedAt: 12 }),
          ...isStill(undefined),
        },
      },
      ...[
        ['s1', '7'],
        ['s2', '8'],
      ].map(([shard, sequence]) => ({
        Delete: {
          TableName: 'parts',
          Key: { marketing_id: { S: 'spring' }, part: { S: `part#2026-11#${shard}` } },
          ...isStill(aPart(0, 0, sequence)),
        },
      })),
    ]);
  });

  it('adds to the base that is there, on the condition that it still is', async () => {
    const { folded, transactions } = await foldAmong([
      item('base', aPart(5, OLD + 1, '4')),
      item('s1', aPart(1)),
    ]);
    expect(folded).toEqual(['2026-11 s1']);
    expect(transactions[0]?.[0]).toEqual({
      Put: {
        TableName: 'parts',
        Item: item('base', { ...aPart(6, OLD + 1, '5'), firstCreatedAt: 1, lastCreatedAt: 15 }),
        ...isStill(aPart(0, 0, '4')),
      },
    });
  });

  it('with nothing that is final writes nothing', async () => {
    expect(await foldAmong([item('base', aPart(5)), item('s1', aPart(1, NOW))])).toEqual({
      folded: [],
      transactions: [],
    });
    expect(await foldAmong([])).toEqual({ folded: [], transactions: [] });
  });

  it('takes no more than a transaction does', async () => {
    const { folded, transactions } = await foldAmong(
      Array.from({ length: 120 }, (_, n) => item(`s${n}`, aPart(1))),
    );
    expect([folded.length, transactions[0]?.length]).toEqual([99, 100]);
  });

  const canceled = (...codes: (string | undefined)[]) =>
    new TransactionCanceledException({
      message: '',
      $metadata: {},
      CancellationReasons: codes.map((Code) => (Code === undefined ? {} : { Code })),
    });
  const parts = [item('s1', aPart(1))];

  it.each([
    ['someone else has changed a part', canceled('None', 'ConditionalCheckFailed')],
    ['someone else is about it', canceled('TransactionConflict', undefined)],
    ['nobody says why', new TransactionCanceledException({ message: '', $metadata: {} })],
    ['the table is in trouble', new InternalServerError({ message: '', $metadata: {} })],
    [
      'something that nobody knows is in trouble',
      new DynamoDBServiceException({ name: 'Odd', message: '', $fault: 'server', $metadata: {} }),
    ],
  ])('is left for another time when %s', async (_, error) => {
    expect((await foldAmong(parts, error)).folded).toEqual([]);
  });

  it.each([
    ['a part is refused for good', canceled('None', 'ValidationError')],
    [
      'it may not',
      new DynamoDBServiceException({
        name: 'AccessDeniedException',
        message: '',
        $fault: 'client',
        $metadata: {},
      }),
    ],
    ['the code is wrong', new TypeError('wrong')],
  ])('says so when %s', async (_, error) => {
    await expect(foldAmong(parts, error)).rejects.toBe(error);
  });

  it('counts how often a base was written', () => {
    expect([nextRevision(aPart(0, 0, '')), nextRevision(aPart(0, 0, '9'))]).toEqual(['1', '10']);
  });

  it('holds on a part by its fence', () => {
    expect(isStill(undefined)).toEqual({
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ConditionExpression: 'attribute_not_exists(#sequence)',
    });
    expect(isStill(aPart(0))).toEqual({
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ConditionExpression: '#sequence = :sequence',
      ExpressionAttributeValues: { ':sequence': { S: '7' } },
    });
  });
});
