import type { KMSClientConfig } from '@aws-sdk/client-kms';
import type { MasterKey } from './key-store.ts';
import { LocalMasterKey } from './local-master-key.ts';

const LOCAL = 'local:';

/**
 * The master key that a configuration names: `local:<32 bytes in base64>`, or the ARN, id or alias of a KMS key. The KMS client is
 * loaded with the first use of a KMS key.
 *
 * @param config limits and patience of the KMS client, when they are not those of a function that someone waits for
 * @throws AppError `CONFIG.INVALID`
 */
export const masterKey = (name: string, config?: KMSClientConfig): MasterKey => {
  if (name.startsWith(LOCAL)) return new LocalMasterKey(name.slice(LOCAL.length));
  let kms: Promise<MasterKey> | undefined;
  const load = () => {
    kms ??= import('./kms-master-key.ts').then(({ KmsMasterKey }) => new KmsMasterKey(name, config));
    return kms;
  };
  return {
    generate: async (userId) => (await load()).generate(userId),
    unwrap: async (wrapped, userId) => (await load()).unwrap(wrapped, userId),
  };
};
