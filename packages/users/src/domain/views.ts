import * as z from 'zod/mini';
import type { Personal, UserEvent } from './event.ts';
import { EVENT_TYPES } from './vocabulary.ts';

/** A row of `UserDetailTable` at one version of its user; personal data that is forgotten is null. */
export interface UserDetailRow {
  readonly Name: Personal;
  readonly Email: Personal;
  readonly Balance: number;
}

/** A row of `UserSummaryTable`. */
export interface UserSummaryRow {
  readonly Name: Personal;
}

/** How a row comes from its events, one after the other; pure, so that it can be rebuilt and checked. */
export interface View<Row> {
  readonly initial: Row;
  apply(row: Row, event: UserEvent): Row;
}

// #region views
export const userDetail: View<UserDetailRow> = {
  initial: { Name: null, Email: null, Balance: 0 },
  apply: (row, event) => {
    switch (event.type) {
      case 'USER_CREATED':
        return { Name: event.name, Email: event.email, Balance: 0 };
      case 'USER_BALANCE':
        return { ...row, Balance: row.Balance + event.delta };
      case 'USER_UPDATED': {
        const { name = row.Name, email = row.Email } = event;
        return { ...row, Name: name, Email: email };
      }
      case 'USER_ERASED':
        return { ...row, Name: null, Email: null };
    }
  },
};

export const userSummary: View<UserSummaryRow> = {
  initial: { Name: null },
  apply: (row, event) => {
    const { Name } = userDetail.apply({ ...userDetail.initial, ...row }, event);
    return { Name };
  },
};
// #endregion views

/** The answers on the wire, in the words of the first documents. */
export const EventStored = z.object({
  message: z.literal('Event stored'),
  aggregate_id: z.string(),
  event_type: z.enum(EVENT_TYPES),
  sequence: z.string(),
});
export type EventStored = z.infer<typeof EventStored>;

export const UserSummary = z.object({ UserID: z.string(), Name: z.nullable(z.string()) });
export type UserSummary = z.infer<typeof UserSummary>;

export const UserList = z.object({ users: z.array(UserSummary), next_cursor: z.optional(z.string()) });
export type UserList = z.infer<typeof UserList>;

export const UserDetail = z.object({
  UserID: z.string(),
  Name: z.nullable(z.string()),
  Email: z.nullable(z.string()),
  Balance: z.int(),
});
export type UserDetail = z.infer<typeof UserDetail>;
