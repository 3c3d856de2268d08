import { SECURITY_HEADERS } from '@notify/shared-domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalService, startService } from '../../testing/service.ts';

let service: LocalService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const { 'Content-Security-Policy': policyOfAnswers, ...ofAll } = SECURITY_HEADERS;

describe('the security headers', () => {
  it.each([
    ['GET', '/tx?transaction_id=x', 'answer'],
    ['GET', '/tx', 'answer'],
    ['POST', '/query/user', 'answer'],
    ['GET', '/nowhere', 'answer'],
    ['PUT', '/tx', 'answer'],
    ['GET', '/%ff', 'answer'],
    ['GET', '/health', 'answer'],
    ['GET', '/openapi.json', 'answer'],
    ['GET', '/docs', 'page'],
    ['GET', '/docs/nothing.js', 'answer'],
    ['GET', '/console/', 'page'],
  ])('stand on every page and every answer: %s %s', async (method, path, kind) => {
    const { headers } = await fetch(service.url + path, { method });
    for (const [name, value] of Object.entries(ofAll)) expect(headers.get(name)).toBe(value);
    const policy = headers.get('content-security-policy');
    if (kind === 'answer') expect(policy).toBe(policyOfAnswers);
    else expect(policy).toContain("frame-ancestors 'none'");
  });
});
