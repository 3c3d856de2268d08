import { expect, it } from 'vitest';
import { aChange, anImage, WRITTEN_AT } from '../testing/command-records.ts';
import { changesOf } from './batch-changes.ts';

const version = (sequence: number | string) => String(sequence).padStart(40, '0');
const summary = (...records: Parameters<typeof changesOf>[0]) =>
  changesOf(records, 'shard-1').map(({ key, changes }) => [
    key,
    changes.map(({ version, sign, contribution }) => `${Number(version)} ${sign} ${contribution.status}`),
  ]);
const part = (marketingId: string, month = '2026-11') => ({ marketingId, month, shard: 'shard-1' });

it('adds what a new image says and takes away what the old one said', () => {
  const [sent, delivered] = [anImage(), anImage({ status: 'DELIVERED' })];
  expect(
    summary(aChange(1, undefined, sent), aChange(2, sent, delivered), aChange(3, delivered, undefined)),
  ).toEqual([[part('spring'), ['1 1 SENT', '2 -1 SENT', '2 1 DELIVERED', '3 -1 DELIVERED']]]);
});

it('keeps campaigns and months apart', () => {
  const december = Date.UTC(2026, 11, 1);
  expect(
    summary(
      aChange(1, undefined, anImage()),
      aChange(2, anImage(), anImage({ marketing_id: 'summer' })),
      aChange(3, undefined, anImage({ created_at: december })),
    ),
  ).toEqual([
    [part('spring'), ['1 1 SENT', '2 -1 SENT']],
    [part('summer'), ['2 1 SENT']],
    [part('spring', '2026-12'), ['3 1 SENT']],
  ]);
});

it('orders the changes of a part, and takes a record once', () => {
  const sent = anImage();
  const records = [aChange(10, undefined, sent), aChange(9, undefined, sent), aChange(10, undefined, sent)];
  expect(summary(...records)).toEqual([[part('spring'), ['9 1 SENT', '10 1 SENT']]]);
  const [{ changes, records: sorted } = { changes: [], records: [] }] = changesOf(records, 'shard-1');
  expect(changes[0]).toMatchObject({ version: version(9), writtenAt: WRITTEN_AT });
  expect(sorted).toEqual([records[1], records[0]]);
});

it('passes over what changes nothing', () => {
  expect(
    summary(
      aChange(1, anImage({ device_token: 'a' }), anImage({ device_token: 'b' })),
      aChange(2, undefined, anImage({ marketing_id: undefined })),
      aChange(3, undefined, anImage({ status: 'UNKNOWN' })),
    ),
  ).toEqual([]);
});

it('passes over what has no place in the stream, or tells nothing', () => {
  const { dynamodb, ...bare } = aChange(1, undefined, anImage());
  expect(
    summary(aChange('one', undefined, anImage()), bare, { ...bare, dynamodb: { SequenceNumber: '2' } }),
  ).toEqual([]);
  const { ApproximateCreationDateTime: _, ...timeless } = dynamodb ?? {};
  expect(changesOf([{ ...bare, dynamodb: timeless }], 'shard-1')[0]?.changes[0]?.writtenAt).toBe(0);
});
