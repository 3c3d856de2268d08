import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NotifyError } from './notify-error.ts';
import { patientRetries } from './patient-retries.ts';
import type { TableNames } from './table-names.ts';
import type { Target } from './target.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export interface Session {
  readonly target: Target;
  readonly dynamodb: DynamoDBClient;
  readonly tables: TableNames;
  readonly terminal: Terminal;
  /** Ends long work at its next step. */
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
}

/** What a command has found or done. */
export interface Outcome {
  readonly exitCode: number;
  /** For `--json`. */
  readonly result: unknown;
  /** For people. */
  show(terminal: Terminal): void;
}

export const createDynamoDB = ({ clientConfig }: Target): DynamoDBClient =>
  new DynamoDBClient({
    ...clientConfig,
    retryStrategy: patientRetries,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 30_000, httpsAgent: { maxSockets: 64 } },
  });

/**
 * Before the first write to AWS someone has to agree: a variable that is set in a shell is not a decision.
 * @throws NotifyError `CONFIRMATION.REQUIRED`
 */
export const confirmWrite = async (
  { target, terminal, dryRun }: Session,
  what: string,
  yes: boolean,
): Promise<void> => {
  if (dryRun || yes || target.kind !== 'aws') return;
  if (terminal.isInteractive && (await terminal.confirm(`${what} in ${target.name}?`))) return;
  throw new NotifyError('CONFIRMATION.REQUIRED', `This writes to ${target.name}.`);
};
