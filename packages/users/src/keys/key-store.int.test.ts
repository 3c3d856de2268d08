import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyStoreContract } from '../testing/key-store.contract.ts';
import { startKmsEndpoint } from '../testing/kms-endpoint.ts';
import { LOCAL_MASTER_KEY } from '../testing/local-master-key.ts';
import { DynamoDBKeyStore } from './dynamodb-key-store.ts';
import type { MasterKey } from './key-store.ts';
import { KmsMasterKey } from './kms-master-key.ts';
import { LocalMasterKey } from './local-master-key.ts';
import { masterKey } from './master-key.ts';
import { sealWith, unsealWith } from './sealing.ts';

let endpoint: Awaited<ReturnType<typeof startKmsEndpoint>>;
beforeAll(async () => {
  endpoint = await startKmsEndpoint();
});
afterAll(() => endpoint.stop());

const kms = (keyId = 'alias/users') =>
  new KmsMasterKey(keyId, {
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
const local = () => masterKey(LOCAL_MASTER_KEY);

const store = async (master: MasterKey) =>
  new DynamoDBKeyStore(testClient(), await createTestTable('user-keys'), master);

keyStoreContract('a table under a local master key', () => store(local()));
keyStoreContract('a table under a KMS master key', () => store(kms()));

describe.each([
  ['local', local, () => new LocalMasterKey(Buffer.alloc(32, 8).toString('base64'))],
  ['KMS', kms, () => kms('alias/others')],
])('a %s master key', (_, make, makeOther) => {
  it('unwraps what it wrapped, for the same user', async () => {
    const { key, wrapped } = await make().generate('alice');
    expect(await make().unwrap(wrapped, 'alice')).toEqual(key);
    await expect(make().unwrap(wrapped, 'bob')).rejects.toThrow();
    await expect(makeOther().unwrap(wrapped, 'alice')).rejects.toThrow();
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
  });
});

it('a local master key has 256 bits', () => {
  expect(() => masterKey('local:c2hvcnQ=')).toThrow(/CONFIG\.INVALID/);
});

describe('sealed data', () => {
  const key = Buffer.alloc(32, 1);
  const sealed = sealWith(key, 'alice', 7)('Alice');

  it('opens with its key, for its event', () => {
    expect(sealed).not.toContain('Alice');
    expect(unsealWith(key, 'alice', 7)(sealed)).toBe('Alice');
    expect(sealWith(key, 'alice', 7)('Alice')).not.toBe(sealed);
  });

  it('is forgotten without a key', () => expect(unsealWith(undefined, 'alice', 7)(sealed)).toBeNull());

  it.each([
    ['another event', key, 'alice', 8, sealed],
    ['another user', key, 'bob', 7, sealed],
    ['another key', Buffer.alloc(32, 2), 'alice', 7, sealed],
    ['a change', key, 'alice', 7, `${sealed.slice(0, -2)}AA`],
    ['nothing', key, 'alice', 7, ''],
  ])('does not open for %s', (_, key, user, version, text) => {
    expect(() => unsealWith(key, user, version)(text)).toThrow(/EVENT\.UNREADABLE/);
  });
});
