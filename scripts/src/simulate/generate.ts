import { type Item, toItem } from '@notify/dynamodb';
import { PLATFORMS } from '@notify/shared-domain';

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export interface BatchPlan {
  readonly seed: number;
  readonly campaign: string;
  /** Over how many users the batch is spread. */
  readonly users: number;
  /** Of the well-formed ones, the share that failed. */
  readonly failureShare: number;
  readonly malformedShare: number;
}

export interface GeneratedCommand {
  readonly item: Item;
  readonly isMalformed: boolean;
}

const TITLES = ['Double points this weekend', 'Your parcel is here', 'New in the app', 'Only until midnight'];
const ERRORS = ['Unregistered', 'DeviceTokenNotForTopic', 'PayloadTooLarge'];

/** What real writers have got wrong: an attribute left out, a value that is none, a number as text. */
const SPOILINGS: readonly ((item: Item) => void)[] = [
  (item) => delete item['platform'],
  (item) => {
    item['status'] = { S: 'DONE' };
  },
  (item) => delete item['user_id'],
  (item) => {
    item['send_ts'] = { S: 'yesterday' };
  },
];

/** The command number `index` of a campaign: one of so many that each share is met exactly, spread over the whole batch. */
export const generateCommand = (
  { seed, campaign, users, failureShare, malformedShare }: BatchPlan,
  index: number,
  createdAt: number,
): GeneratedCommand => {
  const random = createRandom(seed * 1_000_003 + index);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const isMalformed = isMember(index, malformedShare);
  const wellFormedIndex = index - Math.floor(index * malformedShare);
  const hasFailed = isMember(wellFormedIndex, failureShare);
  const title = pick(TITLES);
  const item = toItem({
    transaction_id: `tx_${seed}_${String(index).padStart(6, '0')}`,
    created_at: createdAt,
    user_id: `user_${Math.floor(random() * users) + 1}`,
    marketing_id: campaign,
    notification_title: title,
    status: hasFailed ? 'FAILED' : 'SENT',
    platform: pick(PLATFORMS),
    device_token: `token-${Math.floor(random() * 2 ** 32).toString(16)}`,
    payload: JSON.stringify({ aps: { alert: { title, body: `${title}: see the app.` } } }),
    ap_id: 'notify-simulate',
    send_ts: createdAt,
    ...(hasFailed ? { error_msg: pick(ERRORS), failed_ts: createdAt } : {}),
  });
  if (isMalformed) SPOILINGS[Math.floor(index * malformedShare) % SPOILINGS.length]?.(item);
  return { item, isMalformed };
};

/** Whether an index is one of those that make up this share; so many of each thousand that the share is exact. */
const isMember = (index: number, share: number): boolean =>
  Math.floor((index + 1) * share + 1e-9) > Math.floor(index * share + 1e-9);
