import { describe, expect, it } from 'vitest';
import { foreignRequest } from './foreign-request.ts';

describe('an endpoint of a developer’s machine', () => {
  it.each([
    'localhost:4566',
    '127.0.0.1:4566',
    '127.0.0.2',
    '[::1]:8000',
    'LOCALHOST',
    'abc.execute-api.localhost.localstack.cloud:4566',
    'bucket.localhost:4566',
    'allowed.example',
  ])('answers to %s', (host) => {
    expect(foreignRequest({ headers: { host } }, ['allowed.example'])).toBeUndefined();
  });

  it.each([
    'attacker.example:4566',
    'localhost.attacker.example',
    '127.0.0.1.attacker.example',
    'notlocalhost',
    '192.168.1.20:4566',
    '',
    'allowed.example.attacker.example',
    'localhost:4566@attacker.example',
  ])('does not answer to %j', (host) => {
    expect(foreignRequest({ headers: { host } }, ['allowed.example'])).toMatch(/does not answer to the name/);
  });

  it('answers no page of another site, whatever it asks', () => {
    const host = 'localhost:4566';
    for (const headers of [
      { host, origin: 'https://attacker.example' },
      { host, origin: 'null' },
      { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ]) {
      expect(foreignRequest({ method: 'POST', headers })).toMatch(/pages of other sites/);
      expect(foreignRequest({ method: 'GET', headers })).toMatch(/pages of other sites/);
    }
    const form = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(foreignRequest({ method: 'POST', headers: form })).toMatch(/pages of other sites/);
  });

  it('answers its own pages, those of the same machine, and a link', () => {
    const host = 'localhost:4566';
    for (const headers of [
      { host, origin: 'http://localhost:4566', 'sec-fetch-site': 'same-origin' },
      { host, origin: 'http://127.0.0.1:5173', 'sec-fetch-site': 'same-site' },
      { host, 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' },
      { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ])
      expect(foreignRequest({ method: 'GET', headers })).toBeUndefined();
  });
});
