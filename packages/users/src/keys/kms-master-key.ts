import { DecryptCommand, GenerateDataKeyCommand, KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import { ANSWER_LIMITS, requestHandler } from '@notify/dynamodb';
import type { MasterKey } from './key-store.ts';

/** Its limits hold: a silent endpoint costs a retry. */
const FOR_ANSWERS: KMSClientConfig = {
  maxAttempts: ANSWER_LIMITS.attempts,
  requestHandler: requestHandler(ANSWER_LIMITS),
};

/** A master key in AWS KMS, which it never leaves. The user is the encryption context, so CloudTrail tells whose key was used. */
export class KmsMasterKey implements MasterKey {
  readonly #kms: KMSClient;
  readonly #keyId: string;

  /** @param keyId ARN, id or alias of a symmetric key */
  constructor(keyId: string, config: KMSClientConfig = FOR_ANSWERS) {
    this.#kms = new KMSClient(config);
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
