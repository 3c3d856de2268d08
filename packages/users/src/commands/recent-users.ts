import type { UserAt } from '../events/user-history.ts';

const MAX_USERS = 1_000;

/** The states of the users whom a warm function has seen last; none of it is personal data. */
export class RecentUsers {
  readonly #users = new Map<string, UserAt>();

  get(userId: string): UserAt | undefined {
    return this.#users.get(userId);
  }

  /** Remembers the newer one of two states. */
  set(userId: string, user: UserAt): void {
    const known = this.#users.get(userId);
    this.#users.delete(userId);
    this.#users.set(userId, known && known.version > user.version ? known : user);
    if (this.#users.size > MAX_USERS) {
      for (const oldest of this.#users.keys()) {
        this.#users.delete(oldest);
        break;
      }
    }
  }
}
