import { expect, it } from 'vitest';
import { Health } from './health.ts';

it('takes what is well, with or without what was checked', () => {
  const live = { status: 'healthy', service: 'query-service' };
  const ready = { ...live, checks: { internal_api: 'ok' } };
  expect(Health.parse(live)).toEqual(live);
  expect(Health.parse(ready)).toEqual(ready);
});

it.each([
  { status: 'down', service: 'query-service' },
  { status: 'healthy' },
  { status: 'healthy', service: 'query-service', checks: { internal_api: 'down' } },
])('refuses %j', (health) => expect(Health.safeParse(health).success).toBe(false));
