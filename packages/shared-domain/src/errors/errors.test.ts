import { describe, expect, it } from 'vitest';
import { AppError, toAppError } from './app-error.ts';
import { fromProblem, problemHeaders, toProblem } from './problem.ts';
import { ERRORS, type ErrorCode } from './registry.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

describe('AppError', () => {
  it('has the status of its code, and says its title when nothing else is said', () => {
    const error = new AppError('ROUTE.NOT_FOUND');
    expect(error).toMatchObject({
      code: 'ROUTE.NOT_FOUND',
      status: 404,
      detail: 'Unknown route.',
    });
    expect(error.message).toBe('ROUTE.NOT_FOUND: Unknown route.');
    expect(String(error)).toBe('AppError: ROUTE.NOT_FOUND: Unknown route.');
    expect(error).not.toHaveProperty('cause');
  });

  it('keeps an unknown error as the cause and tells nothing of it', () => {
    const secret = new Error('password');
    const error = toAppError(secret);
    expect(error.cause).toBe(secret);
    expect(JSON.stringify(toProblem(error))).not.toContain('password');
    expect(toAppError(error)).toBe(error);
  });

  it('asks to come again when that makes sense', () => {
    expect(problemHeaders(new AppError('STORE.THROTTLED'))).toMatchObject({ 'Retry-After': '1' });
    expect(problemHeaders(new AppError('REQUEST.THROTTLED'))).toMatchObject({ 'Retry-After': '1' });
    expect(problemHeaders(new AppError('REQUEST.THROTTLED', { retryAfter: 7 }))).toMatchObject({
      'Retry-After': '7',
    });
    expect(problemHeaders(new AppError('UPSTREAM.FAILED'))).toEqual({
      ...SECURITY_HEADERS,
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
    });
  });
});

describe('a problem document', () => {
  it('tells old clients what they always heard', () => {
    expect(toProblem(new AppError('REQUEST.PARAMETER_MISSING', { detail: 'user_id is required.' }))).toEqual({
      type: 'about:blank',
      title: 'Missing parameter',
      status: 400,
      code: 'REQUEST.PARAMETER_MISSING',
      detail: 'user_id is required.',
      success: false,
      message: 'user_id is required.',
    });
  });

  it.each(Object.keys(ERRORS) as ErrorCode[])('survives the wire: %s', (code) => {
    const error = new AppError(code, { detail: 'As it was.' });
    expect(fromProblem(JSON.parse(JSON.stringify(toProblem(error))))).toMatchObject({
      code,
      detail: 'As it was.',
    });
  });

  it('is not anything else', () => {
    const problem = toProblem(new AppError('INTERNAL.ERROR'));
    for (const other of [{ ...problem, code: 'toString' }, { ...problem, success: true }, {}, null, 'text']) {
      expect(fromProblem(other)).toBeUndefined();
    }
  });
});
