import { Backoff } from '@notify/dynamodb';
import { describe, expect, it } from 'vitest';
import { changesOf, type PartChanges } from '../domain/batch-changes.ts';
import { aChange, anImage } from '../testing/command-records.ts';
import { ScriptedDynamoDB, type Sent } from '../testing/scripted-dynamodb.ts';
import { DynamoDBParts } from './dynamodb-parts.ts';

const invocation = { remainingTimeMs: () => 60_000 };
const sent = (sequence: number, marketing_id = 'spring') =>
  aChange(sequence, undefined, anImage({ transaction_id: `t${sequence}`, marketing_id }));
const changes = (...sequences: number[]): PartChanges[] =>
  changesOf(
    sequences.map((n) => sent(n)),
    's1',
  );
const fence = (sequence: number) => String(sequence).padStart(40, '0');

const READ = 'BatchGetItemCommand';
const WRITE = 'JsonStatements';
const NOTHING = { Responses: {} };
const OK = { Responses: [{}] };
const refused = (Code: string, Item?: object) => ({ Responses: [{ Error: { Code, Item } }] });

/** A part as someone else has left it. */
const stored = (sequence: number, tally: Record<string, number> = { 's IOS SENT': 1 }) => ({
  sequence: { S: fence(sequence) },
  tally: { M: Object.fromEntries(Object.entries(tally).map(([name, n]) => [name, { N: String(n) }])) },
  first_created_at: { N: '1' },
  last_created_at: { N: '1' },
  updated_at: { N: '1' },
});
const found = (sequence: number) => ({
  Responses: {
    parts: [{ marketing_id: { S: 'spring' }, part: { S: 'part#2026-11#s1' }, ...stored(sequence) }],
  },
});

const partsOf = (answer: (sent: Sent, index: number) => unknown) => {
  const dynamodb = new ScriptedDynamoDB(answer);
  const backoff = new Backoff({ attempts: 1, sleep: async () => {} });
  return { dynamodb, parts: new DynamoDBParts(dynamodb.client, 'parts', { backoff }) };
};
/** The answers in their order, the last one for all that follow. */
const inTurn = (...answers: unknown[]) => partsOf((_, index) => answers[Math.min(index, answers.length - 1)]);
const statements = ({ sent: all }: ScriptedDynamoDB) =>
  all
    .filter(({ name }) => name === WRITE)
    .flatMap(({ input }) =>
      (input['Statements'] as { Statement: string }[]).map(({ Statement }) => Statement),
    );

describe('a part', () => {
  it('of nothing is no request', async () => {
    const { dynamodb, parts } = inTurn(NOTHING);
    expect(await parts.count([], invocation)).toEqual({ outcomes: [], retried: 0 });
    expect(dynamodb.names).toEqual([]);
  });

  it('that is new is listed, then inserted, and read no more', async () => {
    const { dynamodb, parts } = inTurn(NOTHING, OK);
    expect(await parts.count(changes(1, 2), invocation)).toEqual({
      outcomes: [{ status: 'counted', changes: 2, isNew: true }],
      retried: 0,
    });
    expect(await parts.count(changes(2, 3), invocation)).toEqual({
      outcomes: [{ status: 'counted', changes: 1, isNew: false }],
      retried: 0,
    });
    expect(dynamodb.names).toEqual([READ, WRITE, WRITE, WRITE]);
    expect(statements(dynamodb)).toEqual([
      `INSERT INTO "parts" VALUE {'marketing_id':?,'part':?,'list':?,'listed_at':?}`,
      expect.stringMatching(/^INSERT INTO "parts" VALUE \{'marketing_id':\?,'part':\?,'sequence':\?/),
      expect.stringMatching(
        /^UPDATE "parts" SET .* WHERE "marketing_id"=\? AND "part"=\? AND "sequence"=\?$/,
      ),
    ]);
  });

  it('in a table of any name is written there', async () => {
    const dynamodb = new ScriptedDynamoDB((_, index) => (index === 0 ? NOTHING : OK));
    await new DynamoDBParts(dynamodb.client, 'a"b').count(changes(1), invocation);
    expect(statements(dynamodb)[1]).toContain('INSERT INTO "a""b"');
  });

  it('of which all is counted is known, and not written', async () => {
    const { dynamodb, parts } = inTurn(found(2));
    expect(await parts.count(changes(1, 2), invocation)).toEqual({
      outcomes: [{ status: 'known' }],
      retried: 0,
    });
    expect(dynamodb.names).toEqual([READ]);
  });

  it.each([
    [new RangeError('no'), 'RangeError'],
    ['text', 'TypeError'],
  ])('that cannot be read fails with the name of why', async (answer, cause) => {
    const { parts } = inTurn(answer === 'text' ? undefined : answer);
    const { outcomes, retried } = await parts.count(changes(1), invocation);
    expect([outcomes, retried]).toEqual([[{ status: 'failed', cause }], 0]);
  });

  it('whose campaign cannot be listed is not written: nobody would ever list it', async () => {
    const { dynamodb, parts } = inTurn(NOTHING, refused('AccessDenied'));
    const { outcomes } = await parts.count(changes(1), invocation);
    expect(outcomes).toEqual([{ status: 'failed', cause: 'AccessDenied' }]);
    expect(statements(dynamodb)).toHaveLength(1);
  });

  it('whose campaign is listed already is written', async () => {
    const { parts } = inTurn(NOTHING, refused('DuplicateItem'), OK);
    expect((await parts.count(changes(1), invocation)).outcomes).toMatchObject([{ status: 'counted' }]);
  });

  it('that someone else has made meanwhile is looked at, and goes on from there', async () => {
    const { dynamodb, parts } = inTurn(
      NOTHING,
      OK,
      refused('DuplicateItem'),
      refused('ConditionalCheckFailed', stored(1)),
      OK,
    );
    expect(await parts.count(changes(1, 2, 3), invocation)).toEqual({
      outcomes: [{ status: 'counted', changes: 2, isNew: false }],
      retried: 2,
    });
    const fences = dynamodb.sent.slice(3).map(({ input }) => {
      const [{ Parameters }] = input['Statements'] as [{ Parameters: { S: string }[] }];
      return Parameters.at(-1)?.S;
    });
    expect(fences).toEqual(['none', fence(1)]);
  });

  it('of which someone else has counted all meanwhile is known', async () => {
    const { parts } = inTurn(
      NOTHING,
      OK,
      refused('DuplicateItem'),
      refused('ConditionalCheckFailed', stored(9)),
    );
    expect((await parts.count(changes(1, 2), invocation)).outcomes).toEqual([{ status: 'known' }]);
  });

  it('that is gone meanwhile is inserted', async () => {
    const { dynamodb, parts } = inTurn(found(1), refused('ConditionalCheckFailed'), OK);
    expect((await parts.count(changes(1, 2), invocation)).outcomes).toEqual([
      { status: 'counted', changes: 2, isNew: true },
    ]);
    expect(statements(dynamodb).map((text) => text.slice(0, 6))).toEqual(['UPDATE', 'INSERT']);
  });

  it('that never holds still fails after nine looks', async () => {
    const { dynamodb, parts } = partsOf((_, index) =>
      index === 0 ? found(0) : refused('ConditionalCheckFailed', stored(0)),
    );
    expect((await parts.count(changes(1), invocation)).outcomes).toEqual([
      { status: 'failed', cause: 'PART_CONTENDED' },
    ]);
    expect(statements(dynamodb)).toHaveLength(9);
  });

  it('that something else has damaged fails, and is not written over', async () => {
    const { dynamodb, parts } = inTurn(
      found(0),
      refused('ConditionalCheckFailed', { sequence: { S: fence(0) } }),
    );
    expect((await parts.count(changes(1), invocation)).outcomes).toEqual([
      { status: 'failed', cause: 'DAMAGED_PART' },
    ]);
    expect(statements(dynamodb)).toHaveLength(1);
  });

  it('that is refused for good fails with the code, and is read anew the next time', async () => {
    const { dynamodb, parts } = inTurn(found(1), refused('ValidationError'), found(1), OK);
    expect((await parts.count(changes(2), invocation)).outcomes).toEqual([
      { status: 'failed', cause: 'ValidationError' },
    ]);
    expect((await parts.count(changes(2), invocation)).outcomes).toMatchObject([{ status: 'counted' }]);
    expect(dynamodb.names).toEqual([READ, WRITE, READ, WRITE]);
  });

  it('is told from those of other campaigns', async () => {
    const { parts } = partsOf(({ name, input }) =>
      name === READ ? NOTHING : { Responses: (input['Statements'] as unknown[]).map(() => ({})) },
    );
    const both = changesOf([sent(1), sent(2, 'summer')], 's1');
    expect((await parts.count(both, invocation)).outcomes).toHaveLength(2);
    const again = await parts.count(both, invocation);
    expect(again.outcomes).toEqual([{ status: 'known' }, { status: 'known' }]);
  });
});
