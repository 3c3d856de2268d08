import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ANSWER_LIMITS, requestHandler, type TimeLimits } from '@notify/dynamodb';
import type { MasterKey } from './key-store.ts';

/** Its limits hold: a silent endpoint costs a retry. */
const createKmsClient = (limits: TimeLimits = ANSWER_LIMITS): KMSClient =>
  new KMSClient({ maxAttempts: limits.attempts, requestHandler: requestHandler(limits) });

/** A master key in AWS KMS, which it never leaves. The user is the encryption context, so CloudTrail tells whose key was used. */
export class KmsMasterKey implements MasterKey {
  readonly #kms: KMSClient;
  readonly #keyId: string;

  /** @param keyId ARN, id or alias of a symmetric key */
  constructor(keyId: string, kms: KMSClient = createKmsClient()) {
    this.#kms = kms;
    this.#keyId = keyId;
  }

  async generate(userId: string) {
    const { Plaintext: plain, CiphertextBlob: wrapped } = await this.#kms.send(
      new GenerateDataKeyCommand({
        KeyId: this.#keyId,
        KeySpec: 'AES_256',
        EncryptionContext: { UserID: userId },
      }),
    );
    if (!plain || !wrapped) throw new TypeError('KMS gave no data key.');
    return { key: Buffer.from(plain), wrapped };
  }

  async unwrap(wrapped: Uint8Array, userId: string): Promise<Buffer> {
    const { Plaintext: plain } = await this.#kms.send(
      new DecryptCommand({
        KeyId: this.#keyId,
        CiphertextBlob: wrapped,
        EncryptionContext: { UserID: userId },
      }),
    );
    if (!plain) throw new TypeError('KMS gave no data key.');
    return Buffer.from(plain);
  }
}
