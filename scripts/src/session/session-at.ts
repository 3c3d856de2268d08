import { createDynamoDB, type Session } from './session.ts';
import { DEFAULT_TABLES } from './table-names.ts';
import { findTarget } from './target.ts';
import type { Terminal } from './terminal.ts';

/** A session with the stack at an endpoint, whatever the environment says; it ends when its work does. */
export const sessionAt = async (endpointUrl: string, terminal: Terminal): Promise<Session> => {
  const target = await findTarget({ endpointUrl }, {});
  return {
    target,
    dynamodb: createDynamoDB(target),
    tables: DEFAULT_TABLES,
    terminal,
    signal: new AbortController().signal,
    dryRun: false,
  };
};
