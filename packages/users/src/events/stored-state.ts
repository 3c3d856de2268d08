import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { User } from '../domain/user-decider.ts';

/** Of the states in events; to be raised with every change of what `evolve` makes of events. */
const STATE_SCHEMA = '1';

/** A user's state as an attribute of the event that led to it: a shortcut past all events, and nothing that could not be thrown away. */
export const toStoredState = ({ status, balance }: User): AttributeValue => ({
  M: { SchemaVersion: { N: STATE_SCHEMA }, Status: { S: status }, Balance: { N: String(balance) } },
});

/** Undefined for none, for one of another schema, and for what is none. */
export const fromStoredState = (value: AttributeValue | undefined): User | undefined => {
  const { SchemaVersion, Status, Balance } = value?.M ?? {};
  const status = Status?.S;
  const balance = Number(Balance?.N);
  if (SchemaVersion?.N !== STATE_SCHEMA || (status !== 'active' && status !== 'erased')) return undefined;
  return Number.isSafeInteger(balance) ? { status, balance } : undefined;
};
