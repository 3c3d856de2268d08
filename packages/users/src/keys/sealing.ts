import { AppError } from '@notify/shared-domain';
import { toSequence } from '../domain/sequence.ts';
import type { Unseal } from '../domain/stored-event.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import type { DataKey } from './key-store.ts';

/** Binds sealed data to its event, so that it means nothing anywhere else. */
const contextOf = (userId: string, version: number): string => `${userId}#${toSequence(version)}`;

/** Seals personal data of one event. */
export const sealWith =
  (key: DataKey, userId: string, version: number) =>
  (text: string): string =>
    encrypt(key, Buffer.from(text), contextOf(userId, version)).toString('base64url');

/**
 * Opens what {@link sealWith} sealed; without a key it is forgotten, which is no error.
 * The function throws AppError `EVENT.UNREADABLE` for what was not sealed for this event with this key.
 */
export const unsealWith =
  (key: DataKey | undefined, userId: string, version: number): Unseal =>
  (sealed) => {
    if (!key) return null;
    try {
      return decrypt(key, Buffer.from(sealed, 'base64url'), contextOf(userId, version)).toString();
    } catch (cause) {
      throw new AppError('EVENT.UNREADABLE', { detail: 'Sealed data does not open with the key.', cause });
    }
  };
