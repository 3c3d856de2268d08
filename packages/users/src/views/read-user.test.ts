import { describe, expect, it } from 'vitest';
import type { UserDetail } from '../domain/views.ts';
import { createReadUser, type UserDetailAt } from './read-user.ts';

const alice: UserDetail = { UserID: 'alice', Name: 'Alice', Email: 'a@b.cd', Balance: 0 };
const at = (version: number): UserDetailAt => ({ version, user: { ...alice, Balance: version } });

/** A read model that moves on with each look, and a clock that moves on with each wait. */
const reader = (versions: readonly (UserDetailAt | undefined)[]) => {
  let now = 0;
  let looks = 0;
  const reads: string[] = [];
  const read = createReadUser(
    async (_, kind) => {
      reads.push(kind);
      return versions[Math.min(looks++, versions.length - 1)];
    },
    {
      clock: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
  );
  return { read, reads, elapsed: () => now };
};

describe('reading a user', () => {
  it('takes what there is when nothing else is asked', async () => {
    const { read, reads } = reader([at(3)]);
    expect(await read('alice', 0)).toMatchObject({ Balance: 3 });
    expect(reads).toEqual(['eventual']);
  });

  it('finds nobody where there is nobody', async () => {
    await expect(reader([undefined]).read('bob', 0)).rejects.toMatchObject({ code: 'USER.NOT_FOUND' });
  });

  it('waits for the version that is asked for, and takes a later one', async () => {
    const { read, reads } = reader([undefined, at(1), at(1), at(4)]);
    expect(await read('alice', 3)).toMatchObject({ Balance: 4 });
    expect(new Set(reads)).toEqual(new Set(['current']));
  });

  it('gives up within two seconds and says when to come again', async () => {
    const { read, elapsed } = reader([at(2)]);
    await expect(read('alice', 3)).rejects.toMatchObject({
      code: 'READ_MODEL.BEHIND',
      status: 503,
      retryAfter: 1,
    });
    expect(elapsed()).toBeGreaterThan(1_700);
    expect(elapsed()).toBeLessThanOrEqual(2_000);
  });
});
