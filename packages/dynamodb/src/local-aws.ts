/** What every local client signs with. DynamoDB Local checks only that there is a signature; nothing here is a secret. */
export const LOCAL_AWS = {
  region: 'us-east-1',
  accountId: '000000000000',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;
