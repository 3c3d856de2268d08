import { toStreamImage } from '@notify/stream-projection/testing';
import { describe, expect, it } from 'vitest';
import { anImage } from '../testing/command-records.ts';
import { contributionOf, isSame } from './contribution.ts';

const of = (fields: Parameters<typeof anImage>[0] = {}) => contributionOf(toStreamImage(anImage(fields)));

describe('what a command adds', () => {
  it('is one notification, by campaign, status, platform and hour', () => {
    expect(of({ status: 'DELIVERED', platform: 'ANDROID', error_msg: 'late' })).toEqual({
      marketingId: 'spring',
      status: 'DELIVERED',
      platform: 'ANDROID',
      reason: undefined,
      hour: { month: '2026-11', name: '24T13' },
      createdAt: Date.UTC(2026, 10, 24, 13, 30),
    });
  });

  it('is a reason too when it failed', () => {
    expect(of({ status: 'FAILED', error_msg: 'timeout after 9 s' })?.reason).toBe('timeout after # s');
    expect(of({ status: 'FAILED' })?.reason).toBe('unspecified');
  });

  it.each([
    ['there is none', undefined],
    ['it has no campaign', toStreamImage(anImage({ marketing_id: undefined }))],
    ['its campaign is empty', toStreamImage(anImage({ marketing_id: '' }))],
    ['its campaign is a number', toStreamImage(anImage({ marketing_id: 7 }))],
    ['it has no status', toStreamImage(anImage({ status: undefined }))],
    ['its platform is unknown', toStreamImage(anImage({ platform: 'PAGER' }))],
    ['it holds bytes', { ...toStreamImage(anImage()), notification_title: { B: 'AQI=' } }],
    ['it holds no attribute value', { ...toStreamImage(anImage()), user_id: null as never }],
  ])('is nothing when %s', (_, image) => {
    expect(contributionOf(image)).toBeUndefined();
  });
});

describe('whether two commands say the same', () => {
  it('is so whatever else they say', () => {
    expect(isSame(of({ device_token: 'a' }), of({ device_token: 'b', notification_title: 'Other' }))).toBe(
      true,
    );
    expect(isSame(of({ status: 'SENT', error_msg: 'a' }), of({ status: 'SENT', error_msg: 'b' }))).toBe(true);
    expect(isSame(undefined, undefined)).toBe(true);
  });

  it.each([
    [{ marketing_id: 'summer' }],
    [{ status: 'DELIVERED' }],
    [{ platform: 'WEBPUSH' }],
    [{ created_at: Date.UTC(2026, 10, 24, 13, 31) }],
  ])('is not so with another %j', (fields) => {
    expect(isSame(of(), of(fields))).toBe(false);
    expect(isSame(of(), undefined)).toBe(false);
    expect(isSame(undefined, of())).toBe(false);
  });

  it('is not so with another reason', () => {
    expect(isSame(of({ status: 'FAILED', error_msg: 'a' }), of({ status: 'FAILED', error_msg: 'b' }))).toBe(
      false,
    );
  });
});
