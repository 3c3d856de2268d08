import { describe, expect, it } from 'vitest';
import { readApi } from './api.ts';
import { type Answer, judge } from './judge.ts';

const api = readApi('notifications');
const operation = api.operations.find(({ path }) => path === '/tx');
const problem = (status: number, code: string, more: object = {}) =>
  JSON.stringify({
    type: 'about:blank',
    title: 't',
    status,
    code,
    detail: 'd',
    success: false,
    message: 'd',
    ...more,
  });
const answer = (status: number, body: string, type = 'application/problem+json'): Answer => ({
  status,
  headers: { 'content-type': type, 'x-content-type-options': 'nosniff' },
  body,
});
const findings = (given: Answer) => judge(api, operation, given).map(([finding]) => finding);

describe('an answer', () => {
  it('that is as documented is no finding', () => {
    const page = '{"success":true,"data":[],"message":"none","total_count":0}';
    expect(findings(answer(200, page, 'application/json; charset=utf-8'))).toEqual([]);
    expect(findings(answer(400, problem(400, 'REQUEST.PARAMETER_INVALID')))).toEqual([]);
  });

  it.each<[string, Answer, string[]]>([
    ['a 500', answer(500, problem(500, 'INTERNAL.ERROR')), ['server_errors']],
    ['a status that is not documented', answer(418, problem(418, 'ROUTE.NOT_FOUND')), ['undocumented']],
    [
      'a body that is not as documented',
      answer(200, '{"success":true}', 'application/json'),
      ['schema_breaks'],
    ],
    ['a body that is no JSON', answer(400, '<html>'), ['schema_breaks']],
    ['an unknown code', answer(400, problem(400, 'WHAT.EVER')), ['schema_breaks']],
    ['a problem of another status', answer(400, problem(404, 'ROUTE.NOT_FOUND')), ['schema_breaks']],
    [
      'a stack trace',
      answer(400, problem(400, 'ROUTE.NOT_FOUND', { stack: 'at x (file:///y.ts:1:2)' })),
      ['leaks'],
    ],
  ])('%s is one', (_, given, expected) => expect(findings(given)).toEqual(expected));

  it('that asks to come again until the read model has caught up is right', () => {
    const users = readApi('users');
    const detail = users.operations.find(({ path }) => path === '/detail');
    const behind = answer(503, problem(503, 'READ_MODEL.BEHIND'));
    expect(judge(users, detail, { ...behind, headers: { ...behind.headers, 'retry-after': '1' } })).toEqual(
      [],
    );
    expect(judge(users, detail, behind)).toHaveLength(1);
  });
});
