import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type Placement, parsePlacement } from './placement.ts';
import { SWITCH_TIMING, type SwitchTiming } from './switch-timing.ts';

/** Tells where the read model lives. */
export interface PlacementSource {
  placement(): Promise<Placement>;
}

/** Where a placement stands. */
export interface PlacementKey {
  /** The control table. */
  readonly table: string;
  /** The read model's name, which is that of its first table. */
  readonly readModel: string;
}

/**
 * The placement as of now.
 * @throws AppError `CONFIG.INVALID`
 */
export const placementOf = async (
  dynamodb: DynamoDBClient,
  { table, readModel }: PlacementKey,
): Promise<Placement> => {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key: { read_model: { S: readModel } }, ConsistentRead: true }),
  );
  return Item === undefined ? { active: readModel } : parsePlacement(Item);
};

export interface PlacementReaderOptions extends PlacementKey {
  readonly timing?: Pick<SwitchTiming, 'freshMs' | 'validMs'>;
  /** Milliseconds since 1970: wall-clock, for a frozen Lambda's own clock stands still. */
  readonly clock?: () => number;
}

interface Known {
  readonly placement: Placement;
  /** When it was asked for, which is the latest time at which it is sure to have been true. */
  readonly at: number;
}

/**
 * The placement from the control table, at most a few seconds old. A query or a batch waits for it only at a cold start and after a
 * pause; else the next one is fetched beside the work, about once a second. Rejects with what DynamoDB throws when it is too old.
 */
export class PlacementReader implements PlacementSource {
  readonly #dynamodb: DynamoDBClient;
  readonly #options: PlacementReaderOptions;
  readonly #timing: Pick<SwitchTiming, 'freshMs' | 'validMs'>;
  readonly #clock: () => number;
  #known: Known | undefined;
  #fetching: { readonly at: number; readonly placement: Promise<Placement> } | undefined;

  constructor(dynamodb: DynamoDBClient, options: PlacementReaderOptions) {
    this.#dynamodb = dynamodb;
    this.#options = options;
    this.#timing = options.timing ?? SWITCH_TIMING;
    this.#clock = options.clock ?? Date.now;
  }

  async placement(): Promise<Placement> {
    const known = this.#known;
    const age = known === undefined ? Number.POSITIVE_INFINITY : this.#clock() - known.at;
    if (known !== undefined && age < this.#timing.freshMs) return known.placement;
    const fetching = this.#fetch();
    if (known === undefined || age >= this.#timing.validMs) return fetching;
    // Its failure is told by the age of what is known, should it last.
    fetching.catch(() => {});
    return known.placement;
  }

  /** A fetch from before a freeze may never end: only one that has just begun is shared. */
  #fetch(): Promise<Placement> {
    const now = this.#clock();
    if (this.#fetching && now - this.#fetching.at < this.#timing.freshMs) return this.#fetching.placement;
    const fetching = { at: now, placement: this.#get(now) };
    this.#fetching = fetching;
    const forget = () => {
      if (this.#fetching === fetching) this.#fetching = undefined;
    };
    fetching.placement.then(forget, forget);
    return fetching.placement;
  }

  async #get(at: number): Promise<Placement> {
    const placement = await placementOf(this.#dynamodb, this.#options);
    if (this.#known === undefined || at >= this.#known.at) this.#known = { placement, at };
    return placement;
  }
}
