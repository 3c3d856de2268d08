import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { User } from '../domain/user-decider.ts';

/** Of the states in events; to be raised with every change of what `evolve` makes of events. */
const STATE_SCHEMA = 1;

const StoredState = z.object({
  M: z.object({
    SchemaVersion: z.object({ N: z.literal(String(STATE_SCHEMA)) }),
    Status: z.object({ S: z.enum(['active', 'erased']) }),
    Balance: z.object({ N: z.pipe(z.pipe(z.string(), z.transform(Number)), z.int()) }),
  }),
});

/** A user's state as an attribute of the event that led to it: a shortcut past all events, and nothing that could not be thrown away. */
export const toStoredState = ({ status, balance }: User): AttributeValue => ({
  M: {
    SchemaVersion: { N: String(STATE_SCHEMA) },
    Status: { S: status },
    Balance: { N: String(balance) },
  },
});

/** Undefined for none, for one of another schema, and for what is none. */
export const fromStoredState = (value: AttributeValue | undefined): User | undefined => {
  const parsed = StoredState.safeParse(value);
  if (!parsed.success) return undefined;
  const { Status, Balance } = parsed.data.M;
  return { status: Status.S, balance: Balance.N };
};
