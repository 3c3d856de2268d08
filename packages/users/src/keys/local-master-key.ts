import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '@notify/shared-domain';
import { decrypt, encrypt } from './aes-gcm.ts';
import type { MasterKey } from './key-store.ts';

const KEY_BYTES = 32;

/**
 * A master key of the stack on one's own machine, as `USER_MASTER_KEY` names it. The same at every start, so that a data directory can
 * be read again; it guards nothing.
 */
export const localMasterKey = (name: string): string =>
  `local:${createHash('sha256').update(`embedded ${name}`).digest('base64')}`;

/** A master key in the process's own hands: for a machine of one's own, where there is no KMS. */
export class LocalMasterKey implements MasterKey {
  readonly #key: Buffer;

  /**
   * @param base64 256 bits
   * @throws AppError `CONFIG.INVALID`
   */
  constructor(base64: string) {
    this.#key = Buffer.from(base64, 'base64');
    if (this.#key.length !== KEY_BYTES) {
      throw new AppError('CONFIG.INVALID', {
        detail: `A local master key has ${KEY_BYTES} bytes in base64.`,
      });
    }
  }

  async generate(userId: string) {
    const key = randomBytes(KEY_BYTES);
    return { key, wrapped: encrypt(this.#key, key, userId) };
  }

  async unwrap(wrapped: Uint8Array, userId: string): Promise<Buffer> {
    return decrypt(this.#key, wrapped, userId);
  }
}
