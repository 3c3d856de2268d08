import { expect, test } from 'vitest';
import { targetOf } from './target.ts';

test.each([
  ['/restapis/users/v1/list?limit=1&limit=2', '/restapis/users/v1/list', 'limit=1&limit=2'],
  ['/restapis/users/v1/%2e%2e/%2E%2E/', '/restapis/users/v1/%2e%2e/%2E%2E/', ''],
  ['/restapis/users/v1/../../health', '/restapis/users/v1/../../health', ''],
  ['//', '//', ''],
  ['//example.com/health', '//example.com/health', ''],
  ['/%ff?%ff=%', '/%ff', '%ff=%'],
  ['/tx?a=b?c#d', '/tx', 'a=b?c'],
  ['http://example.com/tx?a=b', '/tx', 'a=b'],
  ['http://[', '/', ''],
  ['nowhere', '/nowhere', ''],
  ['*', '/*', ''],
  ['', '/', ''],
])('%s asks for the path %s', (url, path, rawQuery) => {
  const target = targetOf({ url });
  expect(target).toMatchObject({ path, rawQuery });
  expect(target.query).toEqual(new URLSearchParams(rawQuery));
});
