import { parseCommand } from '../domain/command.ts';
import type { EventStored } from '../domain/views.ts';
import { type CommandKey, commandKey } from './command-key.ts';
import type { UserCommands } from './user-commands.ts';

/** Gives the answer of the first time when a command with the key has been handled already. */
export type Idempotency = (key: CommandKey, handle: () => Promise<EventStored>) => Promise<EventStored>;

/** Handles the body of `POST /command`. */
export const createHandleCommand =
  (commands: Pick<UserCommands, 'execute'>, idempotency: Idempotency) =>
  async (body: unknown, idempotencyKey: string | undefined): Promise<EventStored> => {
    const command = parseCommand(body);
    const key = commandKey(idempotencyKey, command);
    if (!key) return commands.execute(command);
    // What a store gives back has its members in an order of its own; the same answer is the same text.
    const { message, aggregate_id, event_type, sequence } = await idempotency(key, () =>
      commands.execute(command, key),
    );
    return { message, aggregate_id, event_type, sequence };
  };
