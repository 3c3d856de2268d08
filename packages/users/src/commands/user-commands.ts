import { randomUUID } from 'node:crypto';
import { Backoff } from '@notify/dynamodb';
import { AppError, toAppError } from '@notify/shared-domain';
import type { UserCommand } from '../domain/command.ts';
import type { UserEvent } from '../domain/event.ts';
import { toSequence } from '../domain/sequence.ts';
import { isPersonalType, toPayload } from '../domain/stored-event.ts';
import { decide, type EraseUser, evolve } from '../domain/user-decider.ts';
import type { EventStored } from '../domain/views.ts';
import type { EventStore, NewEvent, Receipt } from '../events/event-store.ts';
import { loadUser, type UserAt } from '../events/user-history.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { sealWith } from '../keys/sealing.ts';
import type { CommandKey } from './command-key.ts';
import { RecentUsers } from './recent-users.ts';

/** Well within the 10 s of the function, for the answer has to be given too. */
const TIMEOUT_MS = 6_000;

export interface UserCommandsOptions {
  readonly events: EventStore;
  readonly keys: KeyStore;
  /** How to wait for one's turn when others write to the same user. */
  readonly backoff?: Backoff;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** Where an event came to lie. */
interface Stored {
  readonly type: UserEvent['type'];
  readonly version: number;
}

/** Brings what is asked of users to pass: one event for each command, or a refusal and none. */
export class UserCommands {
  readonly #options: UserCommandsOptions;
  readonly #backoff: Backoff;
  readonly #clock: () => number;
  readonly #recent = new RecentUsers();

  constructor(options: UserCommandsOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff({ baseMs: 5, capMs: 200, attempts: 40 });
    this.#clock = options.clock ?? Date.now;
  }

  /**
   * Stores the event that the command leads to.
   *
   * @param key what the client calls the command; the same command under the same key is stored once, however often it comes
   * @throws AppError what {@link decide} throws, `EVENT_STORE.CONFLICT`, `IDEMPOTENCY.KEY_REUSED` or `EVENT.UNREADABLE`
   */
  async execute(command: UserCommand, key?: CommandKey): Promise<EventStored> {
    const { type, version } = await this.#store(command, key);
    return {
      message: 'Event stored',
      aggregate_id: command.user_id,
      event_type: type as EventStored['event_type'],
      sequence: toSequence(version),
    };
  }

  // #region erase
  /**
   * Forgets a person: no command is taken any more, and every copy of the person's data in the event store becomes unreadable. The
   * read models lose name and email with the event; the history of the balance stays. Safe to repeat.
   *
   * @throws AppError `USER.NOT_FOUND` or `EVENT_STORE.CONFLICT`
   */
  async erase(user_id: string): Promise<void> {
    try {
      await this.#store({ user_id, event_type: 'USER_ERASED' });
    } catch (error) {
      if (toAppError(error).code !== 'USER.ERASED') throw error;
    }
    await this.#options.keys.forget(user_id);
  }
  // #endregion erase

  // #region store
  /** Decides on the user's state and appends at the version behind it; as often as someone else was faster. */
  async #store(command: UserCommand | EraseUser, key?: CommandKey): Promise<Stored> {
    const { user_id } = command;
    const commandId = key?.commandId ?? randomUUID();
    const deadline = this.#clock() + TIMEOUT_MS;
    // A state from an earlier command is a guess: if it is outdated, an append behind it is refused by the store.
    const guess = this.#recent.get(user_id);
    let user = guess ?? (await this.#load(user_id));
    for (let attempt = 0; ; ) {
      const next = await this.#next(command, user, commandId);
      if (next instanceof AppError) {
        if (user !== guess) return this.#refuse(next, key);
      } else {
        const outcome = await this.#options.events.append(next, key && receiptFor(next, key));
        if (outcome.status === 'known') return repeated(outcome.receipt, key);
        if (outcome.status === 'stored') {
          this.#recent.set(user_id, { state: next.state, version: next.version });
          return next;
        }
        const mayGoOn = user === guess || (await this.#backoff.wait(attempt++, deadline - this.#clock()));
        if (!mayGoOn) throw new AppError('EVENT_STORE.CONFLICT');
      }
      user = await this.#load(user_id);
    }
  }
  // #endregion store

  /** The event behind this state, ready to be stored; or why there is none, such as an erased key. */
  async #next(
    command: UserCommand | EraseUser,
    { state, version }: UserAt,
    commandId: string,
  ): Promise<NewEvent | AppError> {
    try {
      const event = decide(command, state);
      const payload = await this.#seal(command.user_id, version + 1, event);
      return {
        userId: command.user_id,
        version: version + 1,
        commandId,
        type: event.type,
        payload,
        state: evolve(state, event),
      };
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  /** The refusal may be of a command that is stored already: `USER_CREATED` finds the user that it created itself. */
  async #refuse(refusal: AppError, key: CommandKey | undefined): Promise<Stored> {
    const receipt = key && (await this.#options.events.receipt(key.commandId));
    if (receipt) return repeated(receipt, key);
    throw refusal;
  }

  async #seal(userId: string, version: number, event: UserEvent): Promise<NewEvent['payload']> {
    const seal = isPersonalType(event.type)
      ? sealWith(await this.#options.keys.obtain(userId), userId, version)
      : (text: string) => text;
    return toPayload(event, seal);
  }

  /** The user as it is now. */
  async #load(userId: string): Promise<UserAt> {
    const user = await loadUser(this.#options.events, userId);
    if (user.version > 0) this.#recent.set(userId, user);
    return user;
  }
}

const receiptFor = (
  { userId, type, version }: NewEvent,
  { commandId, fingerprint }: CommandKey,
): Receipt => ({
  commandId,
  fingerprint,
  userId,
  type,
  version,
});

const repeated = ({ fingerprint, type, version }: Receipt, key: CommandKey | undefined): Stored => {
  if (fingerprint !== key?.fingerprint) throw new AppError('IDEMPOTENCY.KEY_REUSED');
  return { type, version };
};
