import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDBClient, patientRetries, requestHandler, type TimeLimits } from '@notify/dynamodb';
import { NotifyError } from './notify-error.ts';
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

/** Generous, for links are slow and tools are patient; but a peer that is silent for so long is asked again. */
const TOOL_LIMITS: TimeLimits = { connectionMs: 10_000, requestMs: 15_000, attempts: 10 };

/** The same limits and patience for the clients of other services. */
export const toolClient = {
  maxAttempts: TOOL_LIMITS.attempts,
  requestHandler: requestHandler(TOOL_LIMITS),
  retryStrategy: patientRetries,
};

export const createDynamoDB = ({ clientConfig }: Target): DynamoDBClient =>
  createDynamoDBClient(TOOL_LIMITS, { ...clientConfig, retryStrategy: patientRetries });

/** Whether someone is going to be asked before the first write. */
export const willAsk = ({ target, terminal, dryRun }: Session, yes: boolean): boolean =>
  target.kind === 'aws' && terminal.isInteractive && !dryRun && !yes;

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
