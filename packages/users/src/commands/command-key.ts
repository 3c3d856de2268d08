import { createHash } from 'node:crypto';
import { AppError } from '@notify/shared-domain';
import type { UserCommand } from '../domain/command.ts';

const MAX_KEY_LENGTH = 255;

/** What tells one command from another when a client repeats it. */
export interface CommandKey {
  /** Stands for the client's `Idempotency-Key`, which means something for one user only. */
  readonly commandId: string;
  /** Stands for the whole command. */
  readonly fingerprint: string;
}

/**
 * The key of a command from the `Idempotency-Key` header; undefined without one.
 * @throws AppError `REQUEST.PARAMETER_INVALID`
 */
export const commandKey = (header: string | undefined, command: UserCommand): CommandKey | undefined => {
  if (header === undefined) return undefined;
  if (!/^[\x21-\x7e]+$/.test(header) || header.length > MAX_KEY_LENGTH) {
    throw new AppError('REQUEST.PARAMETER_INVALID', {
      detail: `Idempotency-Key must be 1 to ${MAX_KEY_LENGTH} visible ASCII characters.`,
    });
  }
  const { user_id, event_type, payload } = command;
  return {
    commandId: `key-${sha256(JSON.stringify([user_id, header]))}`,
    fingerprint: sha256(JSON.stringify([user_id, event_type, payload])),
  };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
