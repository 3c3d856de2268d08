import { expect, it } from 'vitest';
import { isThrottle, toStoreError } from './error-kinds.ts';

const named = (name: string, fields: object = {}) => Object.assign(new Error('no'), { name, ...fields });

it('knows a throttle by its name', () => {
  expect(isThrottle(named('ProvisionedThroughputExceededException'))).toBe(true);
  expect(isThrottle(named('ThrottlingException'))).toBe(true);
  expect(isThrottle(named('ValidationException'))).toBe(false);
  expect(isThrottle('ThrottlingException')).toBe(false);
});

it('knows a transaction that was cancelled for a throttle', () => {
  const cancelled = (...codes: string[]) =>
    named('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });
  expect(isThrottle(cancelled('None', 'ThrottlingError'))).toBe(true);
  expect(isThrottle(cancelled('ProvisionedThroughputExceeded', 'None'))).toBe(true);
  expect(isThrottle(cancelled('ConditionalCheckFailed', 'None'))).toBe(false);
});

it('tells who waits what may pass', () => {
  expect(toStoreError(named('ThrottlingException'))).toMatchObject({ code: 'STORE.THROTTLED', status: 503 });
  expect(toStoreError(named('TimeoutError'))).toMatchObject({ code: 'UPSTREAM.TIMEOUT', status: 504 });
  expect(toStoreError(named('Error', { code: 'ECONNREFUSED' }))).toMatchObject({
    code: 'UPSTREAM.UNAVAILABLE',
    status: 503,
  });
  // The SDK gives a connection that broke the name of a silence.
  const unavailable = { code: 'UPSTREAM.UNAVAILABLE', status: 503 };
  expect(toStoreError(named('TimeoutError', { code: 'ECONNRESET' }))).toMatchObject(unavailable);
  expect(toStoreError(named('InternalServerError', { $fault: 'server' }))).toMatchObject(unavailable);
  const status = { $fault: 'client', $metadata: { httpStatusCode: 503 } };
  expect(toStoreError(named('ServiceUnavailable', status))).toMatchObject(unavailable);
  const garbage = { $response: { statusCode: 200 } };
  expect(toStoreError(named('SyntaxError', garbage))).toMatchObject({
    code: 'UPSTREAM.FAILED',
    status: 502,
  });
  expect(toStoreError(named('ValidationException', { $fault: 'client', ...garbage }))).toBeUndefined();
  expect(toStoreError(named('ValidationException'))).toBeUndefined();
  expect(toStoreError(undefined)).toBeUndefined();
});
