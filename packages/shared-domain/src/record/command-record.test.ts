import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAppError } from '../errors/app-error.ts';
import { aCommand } from '../testing/records.ts';
import { COMMAND_ATTRIBUTES, parseCommandRecord } from './command-record.ts';

const refusal = (item: Record<string, unknown>) => {
  try {
    parseCommandRecord(item);
  } catch (error) {
    const { code, detail } = toAppError(error);
    return `${code} ${detail}`;
  }
  return 'accepted';
};

describe('parseCommandRecord', () => {
  it('takes a record and ignores attributes it does not know', () => {
    expect(parseCommandRecord({ ...aCommand(), seen_by: new Set(['x']) })).toEqual(aCommand());
  });

  it('takes the number that names a service for its text', () => {
    expect(parseCommandRecord({ ...aCommand(), ap_id: 7 })).toEqual(aCommand({ ap_id: '7' }));
  });

  it('drops empty strings and nulls', () => {
    const item = { ...aCommand(), marketing_id: '', error_msg: null, ap_id: undefined, send_ts: null };
    expect(parseCommandRecord(item)).toEqual(aCommand());
  });

  it.each(['transaction_id', 'created_at', 'user_id', 'notification_title', 'status', 'platform'])(
    'defaults nothing: a record without %s is malformed',
    (name) => {
      expect(refusal({ ...aCommand(), [name]: undefined })).toBe(`RECORD.INVALID Missing: ${name}.`);
      expect(refusal({ ...aCommand(), [name]: '' })).toBe(`RECORD.INVALID Missing: ${name}.`);
    },
  );

  it.each([
    ['status', 'sent'],
    ['platform', 'WINDOWS'],
    ['created_at', '1704067200000'],
    ['created_at', 1.5],
    ['created_at', -1],
    ['created_at', 2 ** 53],
    ['user_id', 'x'.repeat(257)],
    ['delivered_ts', 'yesterday'],
    ['device_token', 7],
    ['retry_cnt', -1],
    ['sns_id', 7],
    ['device_token', 'x\udfff'],
    ['user_id', '\ud800X'],
    ['user_id', ' '],
    ['marketing_id', '\n'],
    ['notification_title', ' '],
    ['notification_title', 'x\ud800'],
  ])('refuses %s = %s', (name, value) => {
    expect(refusal({ ...aCommand(), [name]: value })).toBe(`RECORD.INVALID Invalid: ${name}.`);
  });

  it('names every defect at once, and no value', () => {
    expect(refusal({ ...aCommand(), status: 'secret', platform: '', created_at: null, user_id: 5 })).toBe(
      'RECORD.INVALID Missing: created_at, platform. Invalid: user_id, status.',
    );
  });

  it('never throws anything but RECORD.INVALID', () => {
    const anything = fc.dictionary(fc.constantFrom(...COMMAND_ATTRIBUTES), fc.anything());
    fc.assert(
      fc.property(anything, (item) => {
        expect(['accepted', 'RECORD.INVALID']).toContain(refusal(item).split(' ')[0]);
      }),
      { seed: 1 },
    );
  });
});
