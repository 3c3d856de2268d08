import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createNotifyClient } from '@notify/client';
import { LOCAL_AWS, toItem } from '@notify/dynamodb';
import { type EmbeddedStack, startEmbeddedStack } from '@notify/embedded';
import { createRequestSigner } from '@notify/request-signing';
import { aCommand } from '@notify/shared-domain/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { runNotify } from '../testing/run-notify.ts';

/** Each of these is written otherwise in a URL, and some otherwise by whoever signs. */
const USER = 'Jörg Müller + ~Söhne* (a/b) & 100% = !';
const COUNT = 5;

let stack: EmbeddedStack;

beforeAll(async () => {
  stack = await startEmbeddedStack({
    awsPort: 0,
    servicePort: 0,
    apiAuthorization: 'AWS_IAM',
    log: () => {},
  });
  const dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint: stack.awsUrl });
  for (let number = 0; number < COUNT; number++) {
    const Item = toItem(
      aCommand({ transaction_id: `tx_${number}`, created_at: 1_000 + number, user_id: USER }),
    );
    await dynamodb.send(new PutItemCommand({ TableName: 'command-records', Item }));
  }
  dynamodb.destroy();
  await stack.idle();
  return () => stack.stop();
});

const newestFirst = Array.from({ length: COUNT }, (_, number) => `tx_${COUNT - 1 - number}`);
const idsOf = (items: readonly { transaction_id: string }[]) =>
  items.map(({ transaction_id }) => transaction_id);

const signer = (secretAccessKey: string = LOCAL_AWS.credentials.secretAccessKey) =>
  createRequestSigner({
    region: LOCAL_AWS.region,
    credentials: { ...LOCAL_AWS.credentials, secretAccessKey },
  });

describe('an API that takes only signed requests', () => {
  it('answers the client that signs, with what has to be escaped, over its pages, and to a body', async () => {
    const client = createNotifyClient({ baseUrl: stack.apiUrl, sign: signer() });
    const found = [];
    for await (const { items } of client.pages({ query_type: 'user', user_id: USER, limit: 2 }))
      found.push(...items);
    expect(idsOf(found)).toEqual(newestFirst);
    const posted = await client.send({ method: 'POST', path: '/query/user' }, { user_id: USER });
    expect(posted).toMatchObject({ status: 200, body: { total_count: COUNT } });
  });

  it.each([
    ['does not sign', undefined, /not signed \(AWS_IAM\)|no such route/],
    ['signs with another secret', 'other', /signature we calculated does not match/],
  ])('refuses the client that %s', async (_, secret, detail) => {
    const client = createNotifyClient({ baseUrl: stack.apiUrl, ...(secret && { sign: signer(secret) }) });
    await expect(client.read({ query_type: 'user', user_id: USER })).rejects.toMatchObject({
      code: 'ACCESS.DENIED',
      status: 403,
      detail: expect.stringMatching(detail),
    });
    expect(await client.send({ method: 'POST', path: '/query/user' }, { user_id: USER })).toMatchObject({
      status: 403,
      body: { code: 'ACCESS.DENIED' },
    });
  });

  it('answers the query service, which signs', async () => {
    const service = createNotifyClient({ baseUrl: stack.serviceUrl });
    expect(await service.read({ query_type: 'transaction', transaction_id: 'tx_1' })).toMatchObject({
      items: [{ user_id: USER }],
    });
  });

  const query = (env: Record<string, string>) =>
    runNotify(['query', 'user', '--user-id', USER, '--json'], { AWS_ENDPOINT_URL: stack.awsUrl, ...env });
  const signs = { NOTIFY_API_AUTHORIZATION: 'AWS_IAM' };

  it('answers the command line that signs, and refuses it with what to do about it', async () => {
    const [signed, unsigned, wrong] = await Promise.all([
      query(signs),
      query({}),
      query({ ...signs, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'other' }),
    ]);
    expect(signed).toMatchObject({ exitCode: 0 });
    expect(idsOf(JSON.parse(signed.stdout).items)).toEqual(newestFirst);
    expect(unsigned).toMatchObject({ exitCode: 3 });
    expect(unsigned.stderr).toMatch(/TARGET\.DENIED.*not signed \(AWS_IAM\).*NOTIFY_API_AUTHORIZATION/s);
    expect(wrong).toMatchObject({ exitCode: 3 });
    expect(wrong.stderr).toMatch(/TARGET\.DENIED.*signature we calculated does not match/s);
  });

  it('is found healthy by the doctor that signs', async () => {
    const doctor = await runNotify('doctor --json', { AWS_ENDPOINT_URL: stack.awsUrl, ...signs });
    const { findings } = JSON.parse(doctor.stdout);
    expect(findings.filter(({ status }: { status: string }) => status !== 'ok')).toEqual([]);
  });

  it('says that there are no credentials to sign with', async () => {
    const answer = await query({
      ...signs,
      AWS_PROFILE: 'nobody',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: 'https://dynamodb.eu-central-1.amazonaws.com',
      NOTIFY_API_URL: stack.apiUrl,
    });
    expect(answer).toMatchObject({ exitCode: 3 });
    expect(answer.stderr).toContain('TARGET.DENIED');
  });
});
