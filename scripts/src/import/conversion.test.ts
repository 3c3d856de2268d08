import { toItem } from '@notify/dynamodb';
import { describe, expect, it } from 'vitest';
import { type ConversionOptions, toCommand } from './conversion.ts';

const convert = (record: object, options: ConversionOptions = {}) => toCommand(toItem(record), options);

describe('a record of the systems before', () => {
  const record = { transaction_id: 'tx', created_at: 1_700_000_000_000, status: 'SENT', platform: 'IOS' };

  it('stays as it is when it is a command', () => {
    const rich = { ...record, device_token: 'd', retry_cnt: 2, seen: true };
    expect(convert(rich)).toEqual({ item: toItem(rich), changes: [] });
  });

  it.each([
    ['a read row’s token', { token: 't' }, { device_token: 't' }, 'token → device_token'],
    ['a time as text', { send_ts: '1700' }, { send_ts: 1700 }, 'send_ts: text → number'],
    ['a number as id', { ap_id: 17 }, { ap_id: '17' }, 'ap_id: number → text'],
  ])('is changed where nothing is lost: %s', (_, before, after, change) => {
    expect(convert({ ...record, ...before })).toEqual({
      item: toItem({ ...record, ...after }),
      changes: [change],
    });
  });

  it('says so when it has an attribute that cannot be read', () => {
    const item = { ...toItem(record), ['__proto__']: undefined } as never;
    expect(toCommand(item, {})).toEqual({
      item: toItem(record),
      changes: ['__proto__: cannot be read, left out'],
    });
  });

  it('keeps a token beside a device token, and text that is no time', () => {
    const odd = { ...record, token: 't', device_token: 'd', send_ts: 'yesterday' };
    expect(convert(odd)).toEqual({ item: toItem(odd), changes: [] });
  });

  it.each([
    ['', { notification_title: 'none' }],
    [undefined, {}],
  ])('gets what it lacks only as the operator says', (platform, rest) => {
    const { platform: _, ...bare } = { ...record, ...rest };
    const lacking = platform === undefined ? bare : { ...bare, platform };
    expect(convert(lacking)).toEqual({ item: toItem(lacking), changes: [] });
    expect(convert(lacking, { defaultPlatform: 'ANDROID', defaultUserId: 'unknown' })).toEqual({
      item: toItem({ ...lacking, platform: 'ANDROID', user_id: 'unknown' }),
      changes: ['platform: ANDROID by default', 'user_id: unknown by default'],
    });
  });

  it('gets a word of ours for theirs only as the operator says', () => {
    const theirs = { ...record, status: 'OK', platform: 'constructor' };
    expect(convert(theirs, { mapStatus: { OK: 'DELIVERED' }, mapPlatform: { WEB: 'WEBPUSH' } })).toEqual({
      item: toItem({ ...theirs, status: 'DELIVERED' }),
      changes: ['status: OK → DELIVERED'],
    });
  });

  it('has its seconds taken as such only as the operator says', () => {
    const early = { ...record, created_at: 1_640_995_200, send_ts: 1_700_000_000_000 };
    expect(convert(early).changes).toEqual([]);
    expect(convert(early, { seconds: true })).toEqual({
      item: toItem({ ...early, created_at: 1_640_995_200_000 }),
      changes: ['created_at: seconds → milliseconds'],
    });
  });
});
