import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startFaultProxy } from '@notify/toolchain';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { runNotify } from '../testing/run-notify.ts';
import { aSession } from '../testing/session.ts';
import { TABLE_OPTIONS, type TableNames } from './table-names.ts';

const KEY = 'ASIAIOSFODNN7EXAMPLE';

const listen = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** What an instance asks for the credentials of its role, by the second version of that service. */
const metadata = (role: string | undefined): RequestListener => {
  const path = '/latest/meta-data/iam/security-credentials/';
  const answers: Record<string, string> = {
    'PUT /latest/api/token': 'token',
    ...(role && {
      [`GET ${path}`]: role,
      [`GET ${path}${role}`]: JSON.stringify({
        Code: 'Success',
        AccessKeyId: KEY,
        SecretAccessKey: 'secret',
        Token: 'session',
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    }),
  };
  return ({ method, url, headers }, response) => {
    const answer = answers[`${method} ${url}`];
    const isKnown = method === 'PUT' || headers['x-aws-ec2-metadata-token'] === 'token';
    response.writeHead(answer === undefined ? 404 : isKnown ? 200 : 401).end(answer);
  };
};

/** A command on an instance, before tables of its own. */
const onInstance = async (role: string | undefined, env: Record<string, string> = {}) => {
  const { dynamodb, tables } = await aSession();
  dynamodb.destroy();
  const keys = new Set<string>();
  const proxy = await startFaultProxy(inject('dynamodbEndpoint'));
  onTestFinished(proxy.close);
  proxy.set(async (outgoing, { headers: asked }, forward) => {
    keys.add(/Credential=([^/]+)/.exec(String(asked.authorization))?.[1] ?? '');
    // The tables are those of the test's key.
    asked.authorization = asked.authorization?.replace(KEY, 'test');
    const { status, headers, body } = await forward();
    outgoing.writeHead(status, headers).end(body);
  });
  const names = Object.entries(TABLE_OPTIONS).map(([name, { variable }]) => [
    variable,
    tables[name as keyof TableNames],
  ]);
  const ended = await runNotify('check --json', {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: await listen(metadata(role)),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    NOTIFY_TARGET: 'aws',
    ...Object.fromEntries(names),
    ...env,
  });
  return { ...ended, keys: [...keys] };
};

describe('the command line on an instance', () => {
  it('works as the role of the instance, when it is told that AWS is meant', async () => {
    const { exitCode, stdout, keys } = await onInstance('operator');
    expect({ exitCode, keys }).toEqual({ exitCode: 0, keys: [KEY] });
    expect(JSON.parse(stdout)).toMatchObject({ commands: 0, differences: [] });
  });

  it('says that the instance has no role', async () => {
    const { exitCode, stderr, keys } = await onInstance(undefined);
    expect({ exitCode, keys }).toEqual({ exitCode: 3, keys: [] });
    expect(stderr).toContain('TARGET.DENIED');
  });
});
