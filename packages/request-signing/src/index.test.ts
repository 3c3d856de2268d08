import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRequestSigner } from './index.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const now = () => new Date('2015-08-30T12:36:00Z');

describe('a signed request', () => {
  it('has the signature of AWS’s own example', async () => {
    const sign = createRequestSigner({ credentials, now, region: 'us-east-1', service: 'service' });
    const { headers } = await sign(new Request('http://example.amazonaws.com/'));
    expect(headers.get('authorization')).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    );
  });

  it('is for the region that the API’s name says, with its query, its body and the session', async () => {
    const sign = createRequestSigner({ credentials: { ...credentials, sessionToken: 'session' }, now });
    const url = 'https://abc-vpce-0a.execute-api.ap-southeast-1.amazonaws.com/v1/query/user?b=%20x&a=1';
    const body = '{"user_id":"é"}';
    const signed = await sign(
      new Request(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    );
    expect(signed.headers.get('x-amz-security-token')).toBe('session');
    const [, names = '', signature] =
      /SignedHeaders=([^,]+), Signature=(\w+)/.exec(signed.headers.get('authorization') ?? '') ?? [];
    expect(signature).toBe(
      signatureOf(signed, names, 'POST', '/v1/query/user', 'a=1&b=%20x', body, 'ap-southeast-1'),
    );
    expect(await signed.text()).toBe(body);
  });

  it('asks for what it was to ask for, with a space as %20 and a question mark in the query', async () => {
    const sign = createRequestSigner({ credentials, now, region: 'us-east-1' });
    const signed = await sign(new Request('http://127.0.0.1/tx?a=b+c?d&e=1'));
    expect(signed.url).toBe('http://127.0.0.1/tx?a=b%20c?d&e=1');
  });
});

const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** By the steps of AWS's page, without the library. */
const signatureOf = (
  { headers, url }: Request,
  names: string,
  method: string,
  path: string,
  query: string,
  body: string,
  region: string,
): string => {
  const lines = names
    .split(';')
    .map((name) => `${name}:${name === 'host' ? new URL(url).host : headers.get(name)}\n`);
  const canonical = [method, path, query, lines.join(''), names, sha256(body)].join('\n');
  const scope = `20150830/${region}/execute-api/aws4_request`;
  const key = scope
    .split('/')
    .reduce((secret: Buffer | string, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  return hmac(
    key as Buffer,
    ['AWS4-HMAC-SHA256', '20150830T123600Z', scope, sha256(canonical)].join('\n'),
  ).toString('hex');
};
