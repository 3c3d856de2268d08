import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_AWS } from '@notify/dynamodb';

/**
 * The access key to whose database this stack's tables belong. DynamoDB Local listens on all interfaces and takes any credentials, but
 * keeps a database for each key: who does not know this one finds an empty database. It is kept in the directory of the data, which
 * are lost without it; of data from before there were keys, the key becomes the owner.
 */
export const accessKeyOf = (dataDir: string | undefined): string => {
  // DynamoDB Local takes letters and digits only.
  const fresh = randomBytes(16).toString('hex');
  if (dataDir === undefined) return fresh;
  const file = join(dataDir, 'access-key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, fresh, { mode: 0o600 });
  const shared = join(dataDir, 'shared-local-instance.db');
  if (existsSync(shared)) renameSync(shared, join(dataDir, `${fresh}_${LOCAL_AWS.region}.db`));
  return fresh;
};
