import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { unescape as decoded } from 'node:querystring';
import { GatewayError } from './gateway-errors.ts';
import { type GatewayRequest, headerValues } from './gateway-request.ts';

/** With which requests are signed. */
export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request, *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/;
const MAX_SKEW_MS = 300_000;

/**
 * That a request has a signature of Signature Version 4 by this key, made anew by AWS's steps over what has arrived. A plus in the query
 * is a plus and no space, as the steps say. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @throws GatewayError `MISSING_AUTHENTICATION_TOKEN` or `INVALID_SIGNATURE`
 */
export const requireSignature = (request: GatewayRequest, key: SigningKey): void => {
  const [header] = headerValues(request, 'authorization');
  if (header === undefined) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
  const [, accessKeyId, day = '', region, service, names = '', signature = ''] =
    AUTHORIZATION.exec(header) ?? [];
  const [time = ''] = headerValues(request, 'x-amz-date');
  const signed = names.split(';');
  if (accessKeyId !== key.accessKeyId)
    throw new GatewayError('INVALID_SIGNATURE', 'The security token included in the request is invalid.');
  if (region !== key.region || service !== 'execute-api')
    throw new GatewayError(
      'INVALID_SIGNATURE',
      `Credential should be scoped to ${key.region} and execute-api.`,
    );
  if (!signed.includes('host') || !time.startsWith(day) || isOld(time, request.receivedAt))
    throw new GatewayError('INVALID_SIGNATURE', 'Signature expired, or it does not cover host and date.');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical(request, signed))].join('\n');
  const signingKey = scope
    .split('/')
    .reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${key.secretAccessKey}`);
  if (!timingSafeEqual(hmac(signingKey, text), Buffer.from(signature, 'hex')))
    throw new GatewayError('INVALID_SIGNATURE');
};

const canonical = (request: GatewayRequest, signed: readonly string[]): string =>
  [
    request.httpMethod,
    // The path as it is sent is encoded once more.
    request.rawPath.split('/').map(encoded).join('/'),
    canonicalQuery(request.rawQuery),
    ...signed.map((name) => `${name}:${headerValues(request, name).map(trimmed).join(',')}`),
    '',
    signed.join(';'),
    sha256(request.body),
  ].join('\n');

const canonicalQuery = (rawQuery: string): string =>
  rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [encoded(decoded(name)), encoded(decoded(value.join('=')))] as const;
    })
    .sort(([name, value], [other, its]) => order(name, other) || order(value, its))
    .map((pair) => pair.join('='))
    .join('&');

const order = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const trimmed = (value: string): string => value.trim().replaceAll(/ +/g, ' ');

/** By RFC 3986, which leaves fewer characters as they are than `encodeURIComponent`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const isOld = (time: string, now: Date): boolean => {
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return !(Math.abs(now.getTime() - at) < MAX_SKEW_MS);
};

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
