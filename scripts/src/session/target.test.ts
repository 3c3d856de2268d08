import { describe, expect, it } from 'vitest';
import { findTarget } from './target.ts';

const nobody = async () => undefined;
const embedded = async () => 'embedded';
const localStack = async () => 'community';
const KEY = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };

describe('the target', () => {
  it('is the embedded stack when nothing is configured and it answers, and its name says so', async () => {
    expect(await findTarget({}, {}, embedded)).toEqual({
      kind: 'embedded',
      name: 'the embedded stack at http://127.0.0.1:4566, found as nothing else is configured',
      clientConfig: {
        endpoint: 'http://127.0.0.1:4566',
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      },
      apiUrl: 'http://127.0.0.1:4566/restapis/local/dev',
    });
  });

  it.each([
    {},
    { AWS_REGION: 'eu-central-1' },
    { AWS_DEFAULT_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    KEY,
  ])('is never AWS by a guess from %j', async (env) => {
    await expect(findTarget({}, env, nobody)).rejects.toMatchObject({ code: 'TARGET.NONE' });
    expect((await findTarget({}, env, embedded)).kind).toBe('embedded');
  });

  it.each([
    KEY,
    { AWS_PROFILE: 'production' },
    { AWS_WEB_IDENTITY_TOKEN_FILE: '/token' },
    { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials' },
    {
      AWS_CONTAINER_CREDENTIALS_FULL_URI:
        'http://localhost:1338/latest/meta-data/container/security-credentials',
    },
  ])('is AWS by a region together with %j', async (env) => {
    expect(await findTarget({}, { ...env, AWS_REGION: 'eu-central-1' }, embedded)).toMatchObject({
      kind: 'aws',
      name: 'AWS, region eu-central-1',
      clientConfig: { region: 'eu-central-1' },
    });
  });

  it.each([
    ['the option', { aws: true }, {}],
    ['the variable', {}, { NOTIFY_TARGET: 'aws' }],
  ])('is AWS by a region together with %s, whoever lends the credentials', async (_, options, env) => {
    expect(await findTarget({ ...options, region: 'eu-central-1' }, env, embedded)).toEqual({
      kind: 'aws',
      name: 'AWS, region eu-central-1',
      clientConfig: { region: 'eu-central-1' },
      apiUrl: undefined,
    });
    await expect(findTarget(options, env, embedded)).rejects.toMatchObject({ code: 'TARGET.NONE' });
  });

  it('refuses a target that it does not know', async () => {
    const env = { NOTIFY_TARGET: 'azure', AWS_REGION: 'eu-central-1' };
    await expect(findTarget({}, env, embedded)).rejects.toMatchObject({ code: 'INPUT.INVALID' });
  });

  it('is the endpoint that is given, by option before environment', async () => {
    const env = { ...KEY, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://localhost:1' };
    const target = await findTarget({ endpointUrl: 'http://localhost:4567/' }, env, localStack);
    expect(target).toMatchObject({ kind: 'local', clientConfig: { endpoint: 'http://localhost:4567' } });
    expect(target.clientConfig.credentials).toBeUndefined();
    expect(target.apiUrl).toBeUndefined();
  });

  it('counts as AWS at any endpoint that is not this machine', async () => {
    const options = { endpointUrl: 'https://dynamodb.eu-central-1.amazonaws.com' };
    expect((await findTarget(options, {}, nobody)).kind).toBe('aws');
  });

  it('refuses an endpoint that is no URL', async () => {
    await expect(findTarget({ endpointUrl: 'there' }, {}, nobody)).rejects.toMatchObject({
      code: 'INPUT.INVALID',
    });
  });
});
