import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type EntryFilter, keyText } from '@notify/read-model';
import { type RowWriter, VERSION } from '@notify/stream-projection';
import { type Command, Option } from 'commander';
import { getRecords } from '../records/get-records.ts';
import { readModelWriter, readPlacement } from '../records/read-model.ts';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { EXIT, NotifyError } from '../session/notify-error.ts';
import { confirmWrite, type Outcome, type Session, toolClient, willAsk } from '../session/session.ts';
import { redriveGivenUp } from './given-up.ts';
import { type RedriveReport, redrive } from './redrive.ts';

interface RedriveArguments extends EntryFilter, WritingOptions {
  readonly cause?: string;
  readonly givenUp?: boolean;
  readonly bucket?: string;
}

export const redriveCommand = (program: Command): void =>
  addCommand<RedriveArguments>(
    withWritingOptions(
      program
        .command('redrive')
        .description(
          'Take the records of quarantine through the engine again, now that they have been mended.',
        )
        .option('--given-up', 'instead, the batches of the streams that Lambda has given up on')
        .option('--bucket <name>', 'the bucket that they wait in (GIVEN_UP_BUCKET)')
        .option('--cause <code>', 'only entries with this error')
        .addOption(new Option('--error-code <code>', 'the same, as it was called before').hideHelp())
        .option('--transaction-id <id>', 'only entries of this transaction')
        .addHelpText(
          'after',
          '\nExit codes: 0 quarantine (or the bucket) is empty of these, 1 some stay, 3 it did not come to its end.',
        ),
    ),
    runRedrive,
  );

const runRedrive = async (
  session: Session,
  { yes, givenUp, bucket, errorCode, cause = errorCode, transactionId }: RedriveArguments,
): Promise<Outcome> => {
  if (givenUp) return runGivenUp(session, bucket ?? process.env['GIVEN_UP_BUCKET'], yes === true);
  const filter = { errorCode: cause, transactionId };
  // What somebody agrees to is what is done: these entries, and no others that have come meanwhile.
  const plan = willAsk(session, yes === true) ? await planOf(session, filter) : undefined;
  await confirmWrite(
    session,
    plan
      ? `Redrive ${plan.taking.length} of ${plan.entries} entries (${plan.staying.length} would stay)`
      : 'Redrive quarantine',
    yes === true,
  );
  const report = session.dryRun
    ? await planOf(session, filter)
    : await redrive(session, readModelWriter(session), filter, plan?.taking);
  const { entries, projected, obsolete, malformed, failed, staying, taking } = report;
  return {
    exitCode: staying.length === 0 ? EXIT.ok : EXIT.attention,
    result: report,
    show: (terminal) => {
      if (report.dry_run && taking.length > 0) {
        terminal.table(
          ['table_key', 'version', 'what would become of it'],
          taking.slice(0, 20).map((entry) => [entry.table_key, entry.version.replace(/^0+/, ''), entry.fate]),
        );
      }
      if (staying.length > 0) {
        terminal.table(
          ['table_key', 'version', report.dry_run ? 'why it would stay' : 'why it stays'],
          staying
            .slice(0, 20)
            .map((entry) => [entry.table_key, entry.version.replace(/^0+/, ''), entry.reason]),
        );
      }
      terminal.say(
        `${report.dry_run ? 'dry run: ' : ''}entries=${entries} projected=${projected} obsolete=${obsolete} malformed=${malformed} failed=${failed}`,
      );
    },
  };
};

const runGivenUp = async (session: Session, bucket: string | undefined, yes: boolean): Promise<Outcome> => {
  if (!bucket)
    throw new NotifyError(
      'INPUT.INVALID',
      "--given-up needs --bucket or GIVEN_UP_BUCKET: Terraform's output given_up_bucket.",
    );
  await confirmWrite(session, 'Invoke functions with the batches that were given up', yes);
  const clients = {
    s3: new S3Client({ ...configOf(session, 'S3'), forcePathStyle: true }),
    sqs: new SQSClient(configOf(session, 'SQS')),
    lambda: new LambdaClient(configOf(session, 'LAMBDA')),
  };
  try {
    const report = await redriveGivenUp(session, clients, bucket);
    const { batches, taken_in, acknowledged, staying } = report;
    return {
      exitCode: staying.length === 0 ? EXIT.ok : EXIT.attention,
      result: report,
      show: (terminal) => {
        if (staying.length > 0)
          terminal.table(
            ['object', 'why it stays'],
            staying.slice(0, 20).map(({ object, reason }) => [object, reason]),
          );
        terminal.say(
          `${report.dry_run ? 'dry run: ' : ''}batches=${batches} taken_in=${taken_in} acknowledged=${acknowledged} staying=${staying.length}`,
        );
      },
    };
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
};

/** By the endpoint that is set for a service alone, as the AWS SDKs know it, else by the target's. */
const configOf = ({ target }: Session, service: string) => {
  const endpoint = process.env[`AWS_ENDPOINT_URL_${service}`];
  return { ...target.clientConfig, ...toolClient, ...(endpoint ? { endpoint } : {}) };
};

/** What would become of the entries, with nothing written. */
export const planOf = async (session: Session, filter: EntryFilter): Promise<RedriveReport> =>
  redrive({ ...session, dryRun: true }, await whatWouldHappen(session), filter);

/** Compares versions as the writer's condition would, and writes nothing. */
const whatWouldHappen = async (session: Session): Promise<RowWriter> => {
  const { active } = await readPlacement(session);
  return {
    write: async (_, changes) => {
      const keys = changes.map(({ key }) => ({
        transaction_id: key[0]?.S ?? '',
        created_at: key[1]?.N ?? '',
      }));
      const rows = await getRecords(session.dynamodb, active, keys);
      const outcomes = changes.map(({ version }, index) => {
        const row = rows.get(keyText(keys[index] as (typeof keys)[number]));
        return { status: row && (row[VERSION]?.S ?? '') >= version ? 'stale' : 'written' } as const;
      });
      return { outcomes, retried: 0 };
    },
  };
};
