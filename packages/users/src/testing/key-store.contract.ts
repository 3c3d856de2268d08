import { describe, expect, it } from 'vitest';
import type { KeyStore } from '../keys/key-store.ts';

/** What every key store does. @param make an empty one */
export const keyStoreContract = (name: string, make: () => Promise<KeyStore>) =>
  describe(`${name} as a KeyStore`, () => {
    it('gives a user one key of 256 bits, whoever asks and however often', async () => {
      const store = await make();
      const keys = await Promise.all(Array.from({ length: 4 }, () => store.obtain('alice')));
      expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
      expect(keys[0]).toHaveLength(32);
      expect((await store.obtain('bob')).equals(keys[0] as Buffer)).toBe(false);
    });

    it('finds the keys that there are, in any number', async () => {
      const store = await make();
      const made = await store.obtain('alice');
      const others = Array.from({ length: 150 }, (_, i) => `nobody-${i}`);
      expect(await store.find([...others, 'alice'])).toEqual(new Map([['alice', made]]));
      expect(await store.find([])).toEqual(new Map());
    });

    it('forgets for good', async () => {
      const store = await make();
      await store.obtain('alice');
      await store.forget('alice');
      await store.forget('alice');
      await store.forget('never-seen');
      expect(await store.find(['alice'])).toEqual(new Map());
      for (const user of ['alice', 'never-seen']) {
        await expect(store.obtain(user)).rejects.toMatchObject({ code: 'USER.ERASED' });
      }
    });
  });
