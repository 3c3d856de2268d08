import type { StreamImage } from '@notify/dynamodb';
import { toStreamImage } from '@notify/stream-projection/testing';
import { describe, expect, it } from 'vitest';
import type { Part } from '../domain/part.ts';
import { anImage } from '../testing/command-records.ts';
import { ScriptedDynamoDB } from '../testing/scripted-dynamodb.ts';
import { toItem } from './fold.ts';
import type { StoredPart } from './part-item.ts';
import { correct, differingCounts, Recount, readCounted } from './recount.ts';

const NOVEMBER = Date.UTC(2026, 10, 24, 13, 30);
const image = (fields: object): StreamImage => toStreamImage(anImage(fields)) as StreamImage;
const counted = (...fields: object[]): Recount => {
  const found = new Recount();
  for (const each of fields) found.add(image(each));
  return found;
};
const part = (tally: Record<string, number>, fields: Partial<Part> = {}): Part => ({
  tally: new Map(Object.entries(tally)),
  firstCreatedAt: NOVEMBER,
  lastCreatedAt: NOVEMBER,
  sequence: '7',
  updatedAt: 5,
  ...fields,
});
const stored = (shard: string, of: Part, month = '2026-11'): StoredPart => ({
  key: { marketingId: 'spring', month, shard },
  part: of,
});
const ONE = { 's IOS SENT': 1, 'h 24T13': 1 };

describe('a recount', () => {
  it('adds up the commands of each campaign by month, and those of none not at all', () => {
    const found = counted(
      { platform: 'IOS', created_at: NOVEMBER + 5 },
      { platform: 'IOS', created_at: NOVEMBER },
      { platform: 'IOS', created_at: NOVEMBER + 3 },
      { platform: 'IOS', created_at: Date.UTC(2026, 9, 1) },
      { marketing_id: 'summer', platform: 'IOS' },
      { marketing_id: undefined },
      { status: 'NEVER' },
    );
    expect(found.campaigns).toEqual(['spring', 'summer']);
    expect([...found.of('spring')]).toEqual([
      [
        '2026-11',
        {
          tally: new Map([
            ['s IOS SENT', 3],
            ['h 24T13', 3],
          ]),
          firstCreatedAt: NOVEMBER,
          lastCreatedAt: NOVEMBER + 5,
        },
      ],
      ['2026-10', expect.objectContaining({ firstCreatedAt: Date.UTC(2026, 9, 1) })],
    ]);
    expect(found.of('nobody').size).toBe(0);
  });

  it('finds how many counts differ', () => {
    const one = counted({ platform: 'IOS' }).of('spring');
    const campaign = (...parts: StoredPart[]) => ({ parts, signature: '' });
    expect(differingCounts(campaign(stored('s1', part(ONE))), one)).toBe(0);
    expect(differingCounts(campaign(), one)).toBe(2);
    expect(
      differingCounts(campaign(stored('s1', part(ONE)), stored('s2', part({ 's IOS SENT': 1 }))), one),
    ).toBe(1);
    // What one shard took away that another one had added.
    const apart = [
      stored('s1', part({ ...ONE, 's IOS FAILED': 1 })),
      stored('s2', part({ 's IOS FAILED': -1 })),
    ];
    expect(differingCounts(campaign(...apart), one)).toBe(0);
    expect(differingCounts(campaign(stored('s1', part(ONE), '2026-10')), one)).toBe(4);
  });

  it('tells by a signature whether any part has changed, in whatever order they come', async () => {
    const read = (...parts: StoredPart[]) => {
      const Items = parts.map(({ key, part: of }) => toItem(key, of));
      return readCounted(new ScriptedDynamoDB(() => ({ Items })).client, 'parts', 'spring');
    };
    const [a, b] = [stored('s1', part(ONE)), stored('s2', part(ONE))];
    const { parts, signature } = await read(a, b);
    expect(parts).toEqual([a, b]);
    expect((await read(b, a)).signature).toBe(signature);
    expect((await read(a)).signature).not.toBe(signature);
    expect((await read(a, stored('s2', part(ONE, { sequence: '8' })))).signature).not.toBe(signature);
    expect((await read()).signature).toBe('[]');
  });
});

describe('correcting', () => {
  const found = counted({ platform: 'IOS' }, { platform: 'IOS' }).of('spring');
  const run = async (parts: StoredPart[], answer: (index: number) => unknown = () => ({})) => {
    const dynamodb = new ScriptedDynamoDB((_, index) => answer(index));
    const isDone = await correct(dynamodb.client, 'parts', 'spring', { parts, signature: '' }, found);
    return { isDone, puts: dynamodb.sent.map(({ input }) => input as Record<string, unknown>) };
  };
  const refusal = (name: string) => Object.assign(new Error(name), { name });

  it('puts what the shards lack into the base, and leaves the shards as they are', async () => {
    const { isDone, puts } = await run([
      stored('base', part({ 's IOS SENT': 9 }, { sequence: '3', updatedAt: 6 })),
      stored('s1', part(ONE)),
    ]);
    expect(isDone).toBe(true);
    expect(puts).toEqual([
      {
        TableName: 'parts',
        Item: toItem(
          { marketingId: 'spring', month: '2026-11', shard: 'base' },
          part(ONE, { sequence: '4', updatedAt: 6 }),
        ),
        ConditionExpression: '#sequence = :sequence',
        ExpressionAttributeNames: { '#sequence': 'sequence' },
        ExpressionAttributeValues: { ':sequence': { S: '3' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });

  it('empties a month that the commands no longer know', async () => {
    const { puts } = await run([stored('s1', part(ONE), '2026-10'), stored('s1', part(ONE))]);
    const items = puts.map(({ Item }) => Item as { part: { S: string }; tally: { M: object } });
    expect(items.map(({ part: name, tally }) => [name.S, tally.M])).toEqual([
      ['part#2026-10#base', { 's IOS SENT': { N: '-1' }, 'h 24T13': { N: '-1' } }],
      ['part#2026-11#base', { 's IOS SENT': { N: '1' }, 'h 24T13': { N: '1' } }],
    ]);
  });

  it('lists a campaign of which nothing was counted', async () => {
    const { isDone, puts } = await run([]);
    expect(isDone).toBe(true);
    expect(puts).toHaveLength(2);
    expect(puts[0]).toEqual({
      TableName: 'parts',
      Item: {
        marketing_id: { S: 'spring' },
        part: { S: 'campaign' },
        list: { S: 'campaigns' },
        listed_at: { N: String(NOVEMBER) },
      },
      ConditionExpression: 'attribute_not_exists(#part)',
      ExpressionAttributeNames: { '#part': 'part' },
    });
  });

  it('goes on where it is listed already, and ends where someone else has written a base', async () => {
    const conflict = refusal('ConditionalCheckFailedException');
    expect((await run([], (index) => (index === 0 ? conflict : {}))).isDone).toBe(true);
    expect((await run([], (index) => (index === 1 ? conflict : {}))).isDone).toBe(false);
  });

  it('goes on where it meets its own base, whose answer was lost', async () => {
    const parts = [stored('s1', part(ONE))];
    const { puts } = await run(parts);
    const own = puts[0]?.['Item'] as object;
    const meets = (Item: object) =>
      run(parts, () => Object.assign(refusal('ConditionalCheckFailedException'), { Item }));
    expect((await meets(structuredClone(own))).isDone).toBe(true);
    expect((await meets({ ...own, tally: { M: {} } })).isDone).toBe(false);
  });

  it('says so when it may not', async () => {
    const denied = refusal('AccessDeniedException');
    await expect(run([], (index) => (index === 0 ? denied : {}))).rejects.toBe(denied);
    await expect(run([], (index) => (index === 1 ? denied : {}))).rejects.toBe(denied);
  });
});
