import { randomUUID } from 'node:crypto';
import { testClient } from '@notify/dynamodb-local/testing';
import type { DynamoDBRecord } from 'aws-lambda';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AccountStage } from './testing/account-stage.ts';
import { createAccountTables } from './testing/accounts.ts';
import { aStreamEvent, aStreamRecord } from './testing/stream-events.ts';

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'S',
  'M',
  'owner',
  'account',
  'number',
];
const FIELDS = ['eventID', 'eventName', 'eventSourceARN', 'dynamodb'];
const STREAM_FIELDS = ['Keys', 'NewImage', 'SequenceNumber', 'ApproximateCreationDateTime'];

const anyJson = fc.jsonValue({ stringUnit: 'binary' });
/** Through the text, as Lambda gets it: so `__proto__` is an attribute like any other. */
const named = (names: readonly string[], value: fc.Arbitrary<unknown>) =>
  fc
    .array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 5 })
    .map((pairs) =>
      JSON.parse(
        `{${pairs.map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`).join(',')}}`,
      ),
    );
const image = named(NAMES, fc.oneof(anyJson, fc.constant({ S: 'x' }), named(NAMES, fc.constant({ S: 'x' }))));
const anyRecord = fc.oneof(
  anyJson,
  named(FIELDS, anyJson),
  named(FIELDS, named(STREAM_FIELDS, fc.oneof(anyJson, image))),
  fc.tuple(fc.constantFrom(...STREAM_FIELDS), fc.oneof(anyJson, image)).map(([name, value]) => {
    const record = aStreamRecord();
    return { ...record, dynamodb: { ...record.dynamodb, [name]: value } };
  }),
);

it('no record stops a batch, whatever it is: the good ones are written, and each other one is in quarantine', async () => {
  const dynamodb = testClient({ maxAttempts: 1 });
  const stage = new AccountStage(dynamodb, await createAccountTables(dynamodb, randomUUID()));
  let number = 0;
  let held = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 12 }), async (records) => {
      const good = aStreamRecord({
        keys: { account: 'good', number: ++number },
        sequenceNumber: 1_000 + number,
      });
      const batch = [...(records as DynamoDBRecord[]), good];
      const answer = await stage.project(aStreamEvent(...batch), { remainingTimeMs: () => 60_000 });
      expect(answer).toEqual({ batchItemFailures: [] });
      const report = stage.reports.at(-1);
      expect(report).toMatchObject({ records: batch.length, failed: 0 });
      expect(report?.projected).toBeGreaterThanOrEqual(1);
      const { projected = 0, superseded = 0, stale = 0, quarantined = 0, requarantined = 0 } = report ?? {};
      expect(projected + superseded + stale + quarantined + requarantined).toBe(batch.length);
      held += quarantined;
    }),
    { numRuns: 300 },
  );
  expect(held).toBeGreaterThan(300);
  expect(await stage.everythingQuarantined()).toHaveLength(held);
});
