import { decodeAttributes, type StreamImage } from '@notify/dynamodb';
import {
  AppError,
  COMMAND_ATTRIBUTES,
  type Platform,
  parseCommandRecord,
  type Status,
} from '@notify/shared-domain';
import { failureReason } from './failure-reason.ts';
import { type Hour, hourOf } from './hour.ts';

/** What one notification adds to the statistics of its campaign. */
export interface Contribution {
  readonly marketingId: string;
  readonly status: Status;
  readonly platform: Platform;
  /** Of a failed one. */
  readonly reason: string | undefined;
  readonly hour: Hour;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/**
 * What the command that an image holds adds: nothing when there is no image, when it is malformed, or when it belongs to no campaign.
 * @param image as a stream record carries it
 */
export const contributionOf = (image: StreamImage | undefined): Contribution | undefined => {
  // Most commands of other campaigns, and of none, are told by this one attribute.
  if (image?.marketing_id?.S === undefined) return undefined;
  const command = commandOf(image);
  if (command?.marketing_id === undefined) return undefined;
  const { marketing_id: marketingId, status, platform, created_at: createdAt, error_msg } = command;
  const reason = status === 'FAILED' ? failureReason(error_msg) : undefined;
  return { marketingId, status, platform, reason, hour: hourOf(createdAt), createdAt };
};

const commandOf = (image: StreamImage) => {
  try {
    return parseCommandRecord(decodeAttributes(image, COMMAND_ATTRIBUTES));
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
};

/** Whether two images say the same to the statistics. */
export const isSame = (a: Contribution | undefined, b: Contribution | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.marketingId === b.marketingId &&
    a.status === b.status &&
    a.platform === b.platform &&
    a.reason === b.reason &&
    a.createdAt === b.createdAt);
