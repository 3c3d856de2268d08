import { describe, expect, it } from 'vitest';
import { decodeCampaignCursor, encodeCampaignCursor } from './campaign-cursor.ts';
import {
  decodeEntryCursor,
  decodeExplanationCursor,
  encodeEntryCursor,
  encodeExplanationCursor,
} from './pipeline-cursor.ts';
import {
  CAMPAIGN_REPORTS,
  isReportType,
  PIPELINE_REPORTS,
  parseReport,
  parseReportParameters,
  REPORT_ROUTES,
  reportRouteOf,
} from './report.ts';

describe('a question for a report', () => {
  it('is valid with what it needs, and has its defaults', () => {
    expect(parseReport('campaign', { marketing_id: 'spring', other: 1 })).toEqual({
      query_type: 'campaign',
      marketing_id: 'spring',
    });
    expect(parseReportParameters('campaigns', {})).toEqual({ query_type: 'campaigns', limit: 20 });
    expect(parseReportParameters('campaigns', { limit: '7', cursor: 'x' })).toEqual({
      query_type: 'campaigns',
      limit: 7,
      cursor: 'x',
    });
  });

  it.each([
    ['campaign', {}, 'REQUEST.PARAMETER_MISSING: marketing_id is required'],
    ['campaign', { marketing_id: '' }, 'REQUEST.PARAMETER_INVALID: marketing_id must be text'],
    ['campaign', { marketing_id: 'x'.repeat(257) }, 'REQUEST.PARAMETER_INVALID'],
    ['campaign', { marketing_id: 7 }, 'REQUEST.PARAMETER_INVALID'],
    ['campaigns', { limit: '0' }, 'REQUEST.PARAMETER_INVALID: limit must be a whole number from 1 to 100.'],
    ['campaigns', { limit: '101' }, 'REQUEST.PARAMETER_INVALID'],
    ['campaigns', { limit: 'many' }, 'REQUEST.PARAMETER_INVALID'],
    ['campaigns', { cursor: '' }, 'REQUEST.PARAMETER_INVALID: cursor'],
    ['explain', {}, 'REQUEST.PARAMETER_MISSING: transaction_id is required'],
    ['explain', { transaction_id: 'tx', created_at: 'today' }, 'REQUEST.PARAMETER_INVALID: created_at'],
    ['explain', { transaction_id: 'tx', limit: '21' }, 'limit must be a whole number from 1 to 20.'],
    ['quarantine', { limit: '101' }, 'limit must be a whole number from 1 to 100.'],
    ['quarantine', { code: ' ' }, 'REQUEST.PARAMETER_INVALID: code'],
  ] as const)('is refused: %s %j', (type, input, error) => {
    expect(() => parseReportParameters(type, input as never)).toThrow(error);
  });

  it.each([[[]], [null], ['text']])('is a JSON object, not %j', (input) => {
    expect(() => parseReport('campaign', input)).toThrow('REQUEST.BODY_INVALID');
  });

  it('has a type of its own', () => {
    const words = ['campaign', 'status', 'user', 'toString', undefined];
    expect(words.filter((word) => isReportType(word, CAMPAIGN_REPORTS))).toEqual(['campaign']);
    expect(words.filter((word) => isReportType(word, PIPELINE_REPORTS))).toEqual(['status']);
    expect(reportRouteOf('campaigns').path).toBe('/campaigns');
    expect(REPORT_ROUTES.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });
});

describe('the cursors of the pipeline', () => {
  it('hold a place, and belong to their question', () => {
    const place = { transactionId: 'tx "1"', createdAt: 17 };
    const cursor = encodeExplanationCursor(place);
    expect(decodeExplanationCursor(cursor, 'tx "1"')).toEqual(place);
    expect(() => decodeExplanationCursor(cursor, 'tx')).toThrow('QUERY.CURSOR.INVALID');

    const entry = { tableKey: 'commands#["tx","1"]', version: '7' };
    const ofAll = encodeEntryCursor(entry, undefined);
    expect(decodeEntryCursor(ofAll, undefined)).toEqual(entry);
    expect(() => decodeEntryCursor(ofAll, 'RECORD.INVALID')).toThrow('QUERY.CURSOR.INVALID');
    expect(() => decodeEntryCursor(cursor, undefined)).toThrow('QUERY.CURSOR.INVALID');
    expect(() => decodeExplanationCursor(ofAll, 'tx "1"')).toThrow('QUERY.CURSOR.INVALID');
  });

  it('of the longest key of quarantine is taken', () => {
    const cursor = encodeEntryCursor({ tableKey: '"'.repeat(2_048), version: '7'.repeat(71) }, 'X');
    expect(parseReport('quarantine', { code: 'X', cursor }).cursor).toBe(cursor);
  });
});

describe('the cursor of the list of campaigns', () => {
  it('holds a place, and nothing else is one', () => {
    const place = { marketingId: 'spring "ü🦆"', listedAt: 17 };
    const cursor = encodeCampaignCursor(place);
    expect(decodeCampaignCursor(cursor)).toEqual(place);
    for (const broken of [
      `${cursor}A`,
      cursor.slice(1),
      '',
      'null',
      Buffer.from('[1]').toString('base64url'),
    ]) {
      expect(() => decodeCampaignCursor(broken)).toThrow('QUERY.CURSOR.INVALID');
    }
  });
});
