import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { CampaignPlace, CampaignStatistics } from '@notify/shared-domain';
import { toStatistics } from '../domain/statistics.ts';
import { LIST_INDEX, LISTING, PARTITION_KEY, SORT_KEY } from './part-item.ts';
import { readParts } from './read-parts.ts';

export interface CampaignPage {
  readonly campaigns: readonly CampaignStatistics[];
  /** Where the list goes on; undefined at its end. */
  readonly next: CampaignPlace | undefined;
}

/** Reads `campaign-statistics`. */
export class CampaignReader {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;

  constructor(dynamodb: DynamoDBClient, table: string) {
    this.#dynamodb = dynamodb;
    this.#table = table;
  }

  /** How a campaign does; undefined when nothing was ever counted of it. */
  async statistics(marketingId: string): Promise<CampaignStatistics | undefined> {
    const parts = await readParts(this.#dynamodb, this.#table, marketingId);
    return parts.length === 0 ? undefined : toStatistics(marketingId, parts);
  }

  /** The campaigns, the newest first: by the time of the first notification that was counted of each. */
  async list(limit: number, from: CampaignPlace | undefined): Promise<CampaignPage> {
    const { name, partitionKey, list, sortKey } = LIST_INDEX;
    const { Items = [], LastEvaluatedKey: last } = await this.#dynamodb.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: name,
        KeyConditionExpression: '#list = :list',
        ExpressionAttributeNames: { '#list': partitionKey },
        ExpressionAttributeValues: { ':list': { S: list } },
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey: from && {
          [PARTITION_KEY]: { S: from.marketingId },
          [SORT_KEY]: { S: LISTING },
          [partitionKey]: { S: list },
          [sortKey]: { N: String(from.listedAt) },
        },
      }),
    );
    const ids = Items.map((item) => item[PARTITION_KEY]?.S ?? '');
    const campaigns = await Promise.all(
      ids.map(async (id) => (await this.statistics(id)) ?? toStatistics(id, [])),
    );
    const next = last && {
      marketingId: last[PARTITION_KEY]?.S ?? '',
      listedAt: Number(last[sortKey]?.N),
    };
    return { campaigns, next };
  }
}
