import type { Item } from '@notify/dynamodb';
import type { RowChange, RowShape } from '@notify/stream-projection';
import type { UserEvent } from '../domain/event.ts';
import { fromSequence, toSequence } from '../domain/sequence.ts';
import {
  type UserDetailRow,
  type UserSummaryRow,
  userDetail,
  userSummary,
  type View,
} from '../domain/views.ts';

type Fields = Readonly<Record<string, string | number | null>>;

/** One of the users' read models: how its rows come from events, and how they lie in its table. */
interface UserView<Row extends object = object> {
  readonly view: View<Row>;
  readonly shape: RowShape;
  /** The row of an item of the table. */
  read(item: Item): Row;
}

const key = [{ name: 'UserID', type: 'S' as const }];

const detail: UserView<UserDetailRow> = {
  view: userDetail,
  shape: { key, columns: ['Name', 'Email', 'Balance'] },
  read: (item) => ({
    Name: item['Name']?.S ?? null,
    Email: item['Email']?.S ?? null,
    Balance: Number(item['Balance']?.N ?? 0),
  }),
};

const summary: UserView<UserSummaryRow> = {
  view: userSummary,
  shape: { key, columns: ['Name'] },
  read: (item) => ({ Name: item['Name']?.S ?? null }),
};

export const USER_VIEWS = { detail, summary } as const;
export type ViewName = keyof typeof USER_VIEWS;
export const VIEW_NAMES = Object.keys(USER_VIEWS) as readonly ViewName[];

/** A user's row in one of the tables, at the version up to which events are in it. */
export class UserRow {
  readonly #name: ViewName;
  readonly #stored: boolean;
  readonly #storedVersion: number;
  #version: number;
  #row: object;

  /** @param item as it lies in the table; undefined when there is none */
  constructor(name: ViewName, item: Item | undefined) {
    const { view, read } = USER_VIEWS[name];
    // A row without a version that this system wrote is begun anew.
    const version = fromSequence(item?.['version']?.S) ?? 0;
    this.#name = name;
    this.#stored = item !== undefined;
    this.#storedVersion = version;
    this.#version = version;
    this.#row = item && version > 0 ? read(item) : view.initial;
  }

  get version(): number {
    return this.#version;
  }

  get fields(): Fields {
    return this.#row as Fields;
  }

  // #region apply
  /** Puts the event that made `version` into the row, if it is the next one. One that is in it already changes nothing. */
  apply(event: UserEvent, version: number): void {
    if (version !== this.#version + 1) return;
    const { view } = USER_VIEWS[this.#name] as UserView;
    this.#row = view.apply(this.#row, event);
    this.#version = version;
  }
  // #endregion apply

  /** What is to be written; undefined when nothing has come into the row. */
  change(userId: string): RowChange | undefined {
    if (this.#version === this.#storedVersion) return undefined;
    const columns = Object.fromEntries(
      Object.entries(this.fields).map(([name, value]) => [name, value ?? undefined]),
    );
    return { key: [{ S: userId }], version: toSequence(this.#version), columns, created: !this.#stored };
  }
}
