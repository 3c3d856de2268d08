import { setTimeout as delay } from 'node:timers/promises';
import {
  ContinuousBackupsUnavailableException,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  ScanCommand,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { loadTables, type Table, toCreateTable } from '@notify/dynamodb';
import { NotifyError } from '../session/notify-error.ts';
import type { Session } from '../session/session.ts';
import { DEFAULT_TABLES } from '../session/table-names.ts';

const WAIT = { maxWaitTime: 600, minDelay: 1, maxDelay: 5 };

/**
 * A fresh read table: keys and indexes by terraform/tables.json, for they may be why it is built; encryption, backups, protection and
 * tags as the active one has them.
 * @param rate rows a second that it is going to be filled with
 * @returns its name: the first of `<read model>`, `<read model>-2`, … that is free, or there and empty
 */
export const createBuildTable = async (
  session: Session,
  active: string,
  rate: number | undefined,
): Promise<string> => {
  const { dynamodb, tables, target } = session;
  const definition = loadTables()[DEFAULT_TABLES.notifications] as Table;
  const name = await freeName(session, active);
  const model = await describe(session, active);
  const { TableArn: arn } = model ?? {};
  const isAws = target.kind === 'aws';
  const { Tags: tags = [] } =
    isAws && arn ? await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: arn })) : { Tags: [] };
  try {
    await dynamodb.send(
      new CreateTableCommand({
        ...(isAws ? warmed(toCreateTable(name, definition), rate) : toCreateTable(name, definition)),
        ...(isAws && model?.SSEDescription?.KMSMasterKeyArn
          ? {
              SSESpecification: {
                Enabled: true,
                SSEType: 'KMS',
                KMSMasterKeyId: model.SSEDescription.KMSMasterKeyArn,
              },
            }
          : {}),
        ...(isAws && model?.DeletionProtectionEnabled ? { DeletionProtectionEnabled: true } : {}),
        ...(tags.length > 0 ? { Tags: tags } : {}),
      }),
    );
  } catch (error) {
    // Made by an earlier try that did not come further, or by Terraform.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client: dynamodb, ...WAIT }, { TableName: name });
  await copySettings(session, active, name, definition.ttl_attribute);
  session.terminal.note(
    `table ${name} is ready to take the place of ${active} (read model ${tables.notifications})`,
  );
  return name;
};

const copySettings = async (
  { dynamodb, target }: Session,
  from: string,
  to: string,
  ttlAttribute: string | null,
): Promise<void> => {
  if (ttlAttribute) {
    await dynamodb
      .send(
        new UpdateTimeToLiveCommand({
          TableName: to,
          TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
        }),
      )
      .catch((error: Error) => {
        if (!/already enabled/i.test(error.message)) throw error;
      });
  }
  if (target.kind !== 'aws') return;
  const { ContinuousBackupsDescription: backups } = await dynamodb.send(
    new DescribeContinuousBackupsCommand({ TableName: from }),
  );
  if (backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus !== 'ENABLED') return;
  await onceBackupsAreThere(() =>
    dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName: to,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ),
  );
};

const BACKUPS_PAUSE_MS = 5_000;
const BACKUPS_PATIENCE_MS = 600_000;

/** A new table has no backups for its first minutes, and says so: then it is asked again, for ten minutes. */
export const onceBackupsAreThere = async (
  enable: () => Promise<unknown>,
  pauseMs = BACKUPS_PAUSE_MS,
): Promise<void> => {
  const endsAt = Date.now() + BACKUPS_PATIENCE_MS;
  for (;;) {
    try {
      await enable();
      return;
    } catch (error) {
      if (!(error instanceof ContinuousBackupsUnavailableException) || Date.now() > endsAt) throw error;
      await delay(pauseMs);
    }
  }
};

/** What a new table on demand takes at once, in write units a second. */
const COLD_WRITES = 4_000;

/** A row takes a unit for each 1 KB, and its indexes as many: two are asked for where the rate needs more than a new table takes. */
export const warmed = (input: CreateTableCommandInput, rate = 0): CreateTableCommandInput => {
  if (2 * rate <= COLD_WRITES) return input;
  const WarmThroughput = { WriteUnitsPerSecond: 2 * rate };
  return {
    ...input,
    WarmThroughput,
    GlobalSecondaryIndexes: input.GlobalSecondaryIndexes?.map((index) => ({ ...index, WarmThroughput })),
  };
};

const freeName = async (session: Session, active: string): Promise<string> => {
  const { notifications } = session.tables;
  for (let number = 1; ; number++) {
    const name = number === 1 ? notifications : `${notifications}-${number}`;
    if (name === active) continue;
    if (!(await describe(session, name)) || (await isEmpty(session, name))) return name;
  }
};

const describe = async ({ dynamodb }: Session, name: string): Promise<TableDescription | undefined> => {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const isEmpty = async ({ dynamodb }: Session, name: string): Promise<boolean> => {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: name, Limit: 1 }));
  return Items.length === 0;
};

/** @throws NotifyError `REBUILD.TABLE_PROTECTED` */
export const deleteTable = async (session: Session, name: string): Promise<void> => {
  const table = await describe(session, name);
  if (!table) return;
  if (table.DeletionProtectionEnabled) {
    throw new NotifyError('REBUILD.TABLE_PROTECTED', `Table ${name} is no longer used, but protected.`);
  }
  try {
    await session.dynamodb.send(new DeleteTableCommand({ TableName: name }));
  } catch (error) {
    // It is gone when the SDK has asked again because the first answer was late or lost.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  await waitUntilTableNotExists({ client: session.dynamodb, ...WAIT }, { TableName: name });
};
