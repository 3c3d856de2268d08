import { PLATFORMS, type Platform, STATUSES, type Status } from '@notify/shared-domain';
import { aStreamRecord, toStreamImage } from '@notify/stream-projection/testing';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import * as fc from 'fast-check';

/** A command as a history writes it. */
interface WrittenCommand {
  /** Which of the history's campaigns; none for a notification of no campaign. */
  readonly campaign: number | undefined;
  readonly status: Status;
  readonly platform: Platform;
  /** Place in {@link MESSAGES}. */
  readonly message: number;
}

/** What happens to one notification, or to the stream. */
export type Step =
  | { readonly item: number; readonly does: 'put'; readonly command: WrittenCommand }
  | { readonly item: number; readonly does: 'remove' }
  | {
      readonly item: number;
      readonly does: 'malform';
      readonly how: Malformation;
      readonly command: WrittenCommand;
    }
  /** From here on the stream has other shards: two children, by item. */
  | { readonly does: 'split' }
  /** Three days pass: what was written before is no longer in the stream. Its shards may stay or be new ones. */
  | { readonly does: 'wait'; readonly renewed: boolean };

export type History = readonly Step[];

/** Messages of failures, and the reasons that they are counted as. */
const MESSAGES: readonly (readonly [message: string | undefined, reason: string])[] = [
  [undefined, 'unspecified'],
  ['', 'unspecified'],
  ['BadDeviceToken', 'BadDeviceToken'],
  ['timeout after 3000 ms', 'timeout after # ms'],
  ['timeout  after 15 ms', 'timeout after # ms'],
  ['no such device: 6b1f0a52-0d0c-4a06-9c8e-0f2f6d1f3a11', 'no such device: #'],
  ['__proto__', '__proto__'],
  ['🦆'.repeat(100), '🦆'.repeat(80)],
];

/** Makes an image one that is no command. */
const MALFORMATIONS = {
  'no status': { status: undefined },
  'unknown status': { status: { S: 'READ' } },
  'platform is a number': { platform: { N: '1' } },
  'platform is null': { platform: { NULL: true } },
  'title is bytes': { notification_title: { B: 'AQI=' } },
  'campaign is a number': { marketing_id: { N: '7' } },
  'campaign is a map': { marketing_id: { M: {} } },
  'campaign is too long': { marketing_id: { S: 'x'.repeat(257) } },
  'user is missing': { user_id: undefined },
  'sent at a fraction': { send_ts: { N: '0.5' } },
  'sent at no number': { send_ts: { N: 'x' } },
} satisfies Record<string, Readonly<Record<string, unknown>>>;
type Malformation = keyof typeof MALFORMATIONS;

const CAMPAIGNS = 3;
const item = fc.integer({ min: 0, max: 4 });
const command: fc.Arbitrary<WrittenCommand> = fc.record({
  campaign: fc.option(fc.integer({ min: 0, max: CAMPAIGNS - 1 }), { nil: undefined, freq: 6 }),
  status: fc.constantFrom(...STATUSES),
  platform: fc.constantFrom(...PLATFORMS),
  message: fc.integer({ min: 0, max: MESSAGES.length - 1 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: fc.record({ item, does: fc.constant('put' as const), command }) },
  { weight: 6, arbitrary: fc.record({ item, does: fc.constant('remove' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      item,
      does: fc.constant('malform' as const),
      how: fc.constantFrom(...(Object.keys(MALFORMATIONS) as Malformation[])),
      command,
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ does: 'split' }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), renewed: fc.boolean() }) },
);

export const MAX_STEPS = 60;

export const histories = (): fc.Arbitrary<History> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.array(step, { minLength: 1, maxLength: 16 }) },
    { weight: 1, arbitrary: fc.array(step, { minLength: 30, maxLength: MAX_STEPS }) },
  );

/** The created_at of each item: the ends of an hour and of a month, and a time that no date can stand for. */
const CREATED_AT = [
  Date.UTC(2026, 10, 30, 22, 59, 59, 999),
  Date.UTC(2026, 10, 30, 23),
  Date.UTC(2026, 11, 1),
  Date.UTC(2026, 11, 1) + 1,
  Number.MAX_SAFE_INTEGER,
];
const HOURS = [
  '2026-11-30T22:00:00Z',
  '2026-11-30T23:00:00Z',
  '2026-12-01T00:00:00Z',
  '2026-12-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
];

/** What has to be known of a campaign in the end. */
export interface ExpectedCampaign {
  readonly total: number;
  readonly by_status: Record<Status, number>;
  readonly by_platform: Record<Platform, number>;
  /** By platform and reason. */
  readonly failures: Record<string, number>;
  readonly by_hour: Record<string, number>;
  readonly first_created_at: number | null;
  readonly last_created_at: number | null;
}

/** The records that one shard of the stream holds, in order, between two waits. */
interface Shard {
  readonly id: string;
  readonly records: readonly DynamoDBRecord[];
}

export interface Told {
  /** What can be delivered again together, one after the other; in each the shards, parents before children. */
  readonly epochs: readonly { readonly now: number; readonly shards: readonly Shard[] }[];
  readonly campaigns: ReadonlyMap<string, ExpectedCampaign>;
}

const FIRST_SEQUENCE_NUMBER = 999_999_999_999_999_999_985n;
const START = Date.UTC(2026, 11, 2);
const WAIT_MS = 3 * 86_400_000;

/**
 * The stream records of a history and what has to come of them.
 * @param prefix of the names of its campaigns, unique in the table
 */
export const tell = (history: History, prefix: string): Told => {
  const epochs: { now: number; shards: Map<string, DynamoDBRecord[]> }[] = [];
  let now = START;
  let generation = 0;
  let isSplit = false;
  let epoch = { now, shards: new Map<string, DynamoDBRecord[]>() };
  epochs.push(epoch);
  let written = 0n;
  const images = new Map<number, Readonly<Record<string, AttributeValue>>>();
  const current = new Map<number, WrittenCommand>();
  const everIn = new Map<number, Set<number>>();

  for (const step of history) {
    if (step.does === 'split') {
      generation++;
      isSplit = true;
      continue;
    }
    if (step.does === 'wait') {
      now += WAIT_MS;
      if (step.renewed) generation++;
      epoch = { now, shards: new Map() };
      epochs.push(epoch);
      continue;
    }
    const { item: place, does } = step;
    const before = images.get(place);
    if (does === 'remove' && before === undefined) continue;
    const keys = { transaction_id: `${prefix}-${place}`, created_at: CREATED_AT[place] ?? 0 };
    const after = does === 'remove' ? undefined : toImage(step, prefix, keys);
    const shard = `shardId-${generation}${isSplit ? `-${place % 2}` : ''}`;
    const records = epoch.shards.get(shard) ?? [];
    epoch.shards.set(shard, records);
    records.push(toRecord({ before, after, keys, sequenceNumber: FIRST_SEQUENCE_NUMBER + written++, now }));

    if (after === undefined) images.delete(place);
    else images.set(place, after);
    if (does === 'put') {
      current.set(place, step.command);
      const { campaign } = step.command;
      if (campaign !== undefined) everIn.set(campaign, (everIn.get(campaign) ?? new Set()).add(place));
    } else current.delete(place);
  }
  const campaigns = new Map<string, ExpectedCampaign>();
  for (const [campaign, places] of everIn)
    campaigns.set(nameOf(prefix, campaign), expected(campaign, places, current));
  return {
    epochs: epochs.map(({ now, shards }) => ({
      now,
      shards: [...shards].map(([id, records]) => ({ id, records })),
    })),
    campaigns,
  };
};

const nameOf = (prefix: string, campaign: number): string => `${prefix} campaign ${campaign} "ü🦆"`;

const toImage = (
  step: Extract<Step, { command: WrittenCommand }>,
  prefix: string,
  keys: Readonly<Record<string, unknown>>,
): Record<string, AttributeValue> => {
  const { campaign, status, platform, message } = step.command;
  const image = toStreamImage({
    ...keys,
    user_id: 'ada',
    notification_title: 'Hello',
    status,
    platform,
    error_msg: MESSAGES[message]?.[0],
    marketing_id: campaign === undefined ? undefined : nameOf(prefix, campaign),
  });
  if (step.does === 'put') return image;
  const malformed = { ...image, ...(MALFORMATIONS[step.how] as Record<string, AttributeValue | undefined>) };
  return Object.fromEntries(
    Object.entries(malformed).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
  );
};

interface Written {
  readonly before: Readonly<Record<string, AttributeValue>> | undefined;
  readonly after: Readonly<Record<string, AttributeValue>> | undefined;
  readonly keys: Readonly<Record<string, unknown>>;
  readonly sequenceNumber: bigint;
  readonly now: number;
}

const toRecord = ({ before, after, keys, sequenceNumber, now }: Written): DynamoDBRecord => {
  const eventName = before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY';
  const record = aStreamRecord({ eventName, table: 'commands', sequenceNumber, keys, writtenAt: now });
  const { NewImage: _, ...stream } = record.dynamodb ?? {};
  return {
    ...record,
    dynamodb: {
      ...stream,
      ...(after && { NewImage: { ...after } }),
      ...(before && { OldImage: { ...before } }),
    },
  };
};

const expected = (
  campaign: number,
  everHere: ReadonlySet<number>,
  current: ReadonlyMap<number, WrittenCommand>,
): ExpectedCampaign => {
  const here = [...current].filter(([, command]) => command.campaign === campaign);
  const countBy = (names: readonly string[]): Record<string, number> => {
    const counts: Record<string, number> = Object.create(null);
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
  const statuses = countBy(here.map(([, { status }]) => status));
  const platforms = countBy(here.map(([, { platform }]) => platform));
  const times = [...everHere].map((place) => CREATED_AT[place] ?? 0);
  return {
    total: here.length,
    by_status: { SENT: 0, DELIVERED: 0, FAILED: 0, ...statuses },
    by_platform: { IOS: 0, ANDROID: 0, WEBPUSH: 0, ...platforms },
    failures: countBy(
      here
        .filter(([, { status }]) => status === 'FAILED')
        .map(([, { platform, message }]) => `${platform} ${MESSAGES[message]?.[1]}`),
    ),
    by_hour: countBy(here.map(([place]) => HOURS[place] ?? '')),
    first_created_at: Math.min(...times),
    last_created_at: Math.max(...times),
  };
};

/** A step in words. */
export const describe = (step: Step): string => {
  const { does } = step;
  if (does === 'split') return 'the stream splits';
  if (does === 'wait') return `three days pass${step.renewed ? ', the shards are new' : ''}`;
  const what =
    does === 'remove' ? '' : ` ${JSON.stringify(step.command)}${does === 'malform' ? ` (${step.how})` : ''}`;
  return `item ${step.item}: ${does}${what}`;
};
