import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';

/** What an operator has decided about records that lack something or say it otherwise. */
export interface ConversionOptions {
  /** For records that have none. */
  readonly defaultPlatform?: string;
  readonly defaultUserId?: string;
  readonly defaultTitle?: string;
  /** Their word → one of this system's. */
  readonly mapStatus?: Readonly<Record<string, string>>;
  readonly mapPlatform?: Readonly<Record<string, string>>;
  /** Times below the year 2001 are seconds. */
  readonly seconds?: boolean;
}

export interface Converted {
  readonly item: Item;
  /** What was changed, in a few words each; the same change has the same words. */
  readonly changes: readonly string[];
}

const TIMES = ['created_at', 'send_ts', 'delivered_ts', 'failed_ts'];
const IDS = ['transaction_id', 'user_id', 'marketing_id', 'ap_id', 'sns_id'];
/** 2001-09-09 in milliseconds; in seconds the year 33658. */
const FIRST_MILLISECOND = 1e12;

/**
 * A record of the systems before as a command of this one. What loses nothing is always done: a read row's `token` is the command's
 * `device_token`, times that are text and ids that are numbers become what they say. The rest is done when the operator says so.
 */
export const toCommand = (source: Item, options: ConversionOptions): Converted => {
  const item: Item = { ...source };
  const changes: string[] = [];
  const change = (name: string, value: AttributeValue, what: string) => {
    item[name] = value;
    changes.push(what);
  };

  for (const [name, value] of Object.entries(item)) {
    // The SDK reads an attribute `__proto__` as nothing.
    if (value !== undefined) continue;
    delete item[name];
    changes.push(`${name}: cannot be read, left out`);
  }
  if (item['token'] && isAbsent(item['device_token'])) {
    change('device_token', item['token'], 'token → device_token');
    delete item['token'];
  }
  for (const name of TIMES) {
    const text = item[name]?.S;
    if (text !== undefined && /^\d{1,16}$/.test(text))
      change(name, { N: String(Number(text)) }, `${name}: text → number`);
  }
  for (const name of IDS) {
    const number = item[name]?.N;
    if (number !== undefined) change(name, { S: number }, `${name}: number → text`);
  }

  if (options.seconds) {
    for (const name of TIMES) {
      const time = Number(item[name]?.N);
      if (time > 0 && time < FIRST_MILLISECOND)
        change(name, { N: String(Math.round(time * 1000)) }, `${name}: seconds → milliseconds`);
    }
  }
  for (const [name, words] of [
    ['status', options.mapStatus],
    ['platform', options.mapPlatform],
  ] as const) {
    const theirs = item[name]?.S ?? '';
    const ours = words && Object.hasOwn(words, theirs) ? words[theirs] : undefined;
    if (ours !== undefined) change(name, { S: ours }, `${name}: ${theirs} → ${ours}`);
  }
  for (const [name, value] of [
    ['platform', options.defaultPlatform],
    ['user_id', options.defaultUserId],
    ['notification_title', options.defaultTitle],
  ] as const) {
    if (value !== undefined && isAbsent(item[name]))
      change(name, { S: value }, `${name}: ${value} by default`);
  }
  return { item, changes };
};

/** Empty texts and nulls count as absent, as they do to the projection. */
const isAbsent = (value: AttributeValue | undefined): boolean =>
  value === undefined || value.NULL === true || value.S === '';
