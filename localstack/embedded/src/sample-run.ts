import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS } from '@notify/dynamodb';
import type { CommandRecord } from '@notify/shared-domain';
import { SAMPLE_COMMANDS, SAMPLE_USER, shownCommand, toItem } from './sample-data.ts';
import type { EmbeddedStack } from './stack.ts';

export interface ShownWrite {
  readonly command: CommandRecord;
  /** From the acknowledged write to the first answer that holds it. */
  readonly lagMs: number;
  /** The row as the API gives it. */
  readonly row: unknown;
}

const POLL_MS = 2;
const TIMEOUT_MS = 30_000;

/**
 * Writes the sample through the command table, as every writer does, waits until the API answers with all of it, and follows one
 * more write to its answer. Running it again changes nothing but that one.
 */
export const runSample = async (stack: EmbeddedStack): Promise<ShownWrite> => {
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint: stack.awsUrl });
  const write = (command: CommandRecord) =>
    client.send(new PutItemCommand({ TableName: 'command-records', Item: toItem(command) }));
  try {
    await createSampleUser(stack);
    for (const command of SAMPLE_COMMANDS) await write(command);
    for (const transaction of new Set(SAMPLE_COMMANDS.map((command) => command.transaction_id))) {
      const expected = SAMPLE_COMMANDS.filter((command) => command.transaction_id === transaction);
      await answered(stack, transaction, (rows) => rows.length >= expected.length || undefined);
    }

    const command = shownCommand(Date.now());
    await write(command);
    const writtenAt = performance.now();
    const row = await answered(stack, command.transaction_id, (rows) =>
      rows.find((candidate) => candidate['delivered_ts'] === command.delivered_ts),
    );
    return { command, lagMs: performance.now() - writtenAt, row };
  } finally {
    client.destroy();
  }
};

/** Grace, by a command like any other; in a kept data directory she is there already. */
const createSampleUser = async ({ awsUrl }: EmbeddedStack): Promise<void> => {
  const response = await fetch(`${awsUrl}/restapis/users/dev/command`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(SAMPLE_USER),
  });
  const body = await response.text();
  if (!response.ok && response.status !== 409) throw new Error(`No sample user: ${response.status} ${body}`);
};

type Row = Record<string, unknown>;

/** Asks the API for a transaction until the rows hold what is looked for. */
const answered = async <Found>(
  { apiUrl }: EmbeddedStack,
  transaction: string,
  find: (rows: Row[]) => Found | undefined,
): Promise<Found> => {
  const url = `${apiUrl}/tx?transaction_id=${encodeURIComponent(transaction)}`;
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const response = await fetch(url);
    const body = await response.text();
    const found = response.ok ? find((JSON.parse(body) as { data: Row[] }).data) : undefined;
    if (found !== undefined) return found;
    if (Date.now() > deadline) {
      throw new Error(
        `The API did not answer with ${transaction} within 30 s; it last said ${response.status}: ${body}`,
      );
    }
    await delay(POLL_MS);
  }
};
