import {
  BatchGetItemCommand,
  type DynamoDBClient,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { Backoff } from '@notify/dynamodb';
import type { BatchReport } from '../batch-report.ts';
import { DynamoDBQuarantine } from '../partiql/dynamodb-quarantine.ts';
import { PartiqlRowWriter } from '../partiql/partiql-row-writer.ts';
import type { QuarantineEntry } from '../quarantine.ts';
import type { RowWriter } from '../row-writer.ts';
import { createStreamProjection, type StreamProjection } from '../stream-projection.ts';
import { type AccountTables, accounts, toPlain } from './accounts.ts';
import { Faults } from './faults.ts';

/** The clock of every stage. Far ahead: DynamoDB Local drops what has expired, and tests would race with it. */
export const NOW = Date.UTC(2100);

/** An entry of the quarantine as one text. */
export const quarantineId = ({ tableKey, version }: Pick<QuarantineEntry, 'tableKey' | 'version'>): string =>
  JSON.stringify([tableKey, version]);

type Item = Record<string, unknown>;

/** The engine over the sample's tables, with a database that goes wrong on demand. */
export class AccountStage {
  readonly project: StreamProjection;
  readonly faults: Faults;
  /** Of each batch, the newest last. */
  readonly reports: BatchReport[] = [];
  /** What the engine has wanted to be in quarantine, as {@link quarantineId}, whether or not it got there. */
  readonly triedToQuarantine = new Set<string>();
  readonly #dynamodb: DynamoDBClient;
  readonly #tables: AccountTables;

  /**
   * @param dynamodb a client of its own, with one attempt per request
   * @param toRows the row writer to use in place of the real one, which it gets
   */
  constructor(
    dynamodb: DynamoDBClient,
    tables: AccountTables,
    toRows: (real: RowWriter) => RowWriter = (real) => real,
  ) {
    const clock = () => NOW;
    const backoff = new Backoff({ attempts: 3, sleep: async () => {} });
    this.#dynamodb = dynamodb;
    this.#tables = tables;
    const quarantine = new DynamoDBQuarantine(dynamodb, tables.quarantine, { backoff, clock });
    this.faults = new Faults(dynamodb, tables.quarantine);
    this.project = createStreamProjection(accounts, {
      rows: toRows(new PartiqlRowWriter(dynamodb, tables.rows, { backoff })),
      quarantine: {
        put: (entries, invocation) => {
          for (const entry of entries) this.triedToQuarantine.add(quarantineId(entry));
          return quarantine.put(entries, invocation);
        },
      },
      metrics: { record: (report) => this.reports.push(report) },
      clock,
    });
  }

  /** The rows of an account, by number. */
  rows(account: string): Promise<Item[]> {
    return this.#query(this.#tables.rows, 'account', account);
  }

  /** What is in quarantine of one item, oldest first. */
  quarantined(account: string, number: number): Promise<Item[]> {
    return this.#query(this.#tables.quarantine, 'table_key', `accounts#["${account}","${number}"]`);
  }

  /** Those of up to 100 {@link quarantineId}s that are in quarantine. */
  async areQuarantined(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const Keys = ids.map((id) => {
      const [table_key = '', version = ''] = JSON.parse(id) as string[];
      return { table_key: { S: table_key }, version: { S: version } };
    });
    const table = this.#tables.quarantine;
    const { Responses: items } = await this.#dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { [table]: { Keys, ProjectionExpression: 'table_key, version', ConsistentRead: true } },
      }),
    );
    return new Set(items?.[table]?.map((item) => JSON.stringify([item.table_key?.S, item.version?.S])));
  }

  async everythingQuarantined(): Promise<Item[]> {
    const items: Item[] = [];
    const pages = paginateScan(
      { client: this.#dynamodb },
      { TableName: this.#tables.quarantine, ConsistentRead: true },
    );
    for await (const { Items = [] } of pages) items.push(...Items.map(toPlain));
    return items;
  }

  async #query(table: string, key: string, value: string): Promise<Item[]> {
    const pages = paginateQuery(
      { client: this.#dynamodb },
      {
        TableName: table,
        KeyConditionExpression: '#key = :value',
        ExpressionAttributeNames: { '#key': key },
        ExpressionAttributeValues: { ':value': { S: value } },
        ConsistentRead: true,
      },
    );
    const items: Item[] = [];
    for await (const page of pages) items.push(...(page.Items ?? []).map(toPlain));
    return items;
  }
}
