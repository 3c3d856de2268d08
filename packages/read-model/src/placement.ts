import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AppError } from '@notify/shared-domain';

/** Where a read model lives: an item of the table `read-models`. Without an item it lives in the table of its own name. */
export interface Placement {
  /** The table that queries read. */
  readonly active: string;
  /** A second table that the stream keeps current: the next one while it is built, or the last one until it is dropped. */
  readonly standby?: string;
  /** When both change roles, in milliseconds since 1970; it stays true of a time that has passed. */
  readonly switchAt?: number;
}

export interface ReadModelTables {
  readonly active: string;
  readonly standby?: string;
}

/** Which table is which at a time. Every instance comes to the same answer, whether it saw the item before or after. */
export const tablesAt = ({ active, standby, switchAt }: Placement, now: number): ReadModelTables => {
  if (standby === undefined) return { active };
  return switchAt !== undefined && now >= switchAt
    ? { active: standby, standby: active }
    : { active, standby };
};

/**
 * The placement that an item tells.
 * @throws AppError `CONFIG.INVALID`: to guess a table would show clients another state
 */
export const parsePlacement = (item: Readonly<Record<string, AttributeValue>>): Placement => {
  const [active, standby, switchAt] = [item.active?.S, item.standby?.S, item.switch_at?.N];
  const isSwitchWithoutStandby = item.switch_at !== undefined && standby === undefined;
  if (
    !active ||
    isSwitchWithoutStandby ||
    (item.switch_at !== undefined && !Number.isSafeInteger(Number(switchAt)))
  ) {
    throw new AppError('CONFIG.INVALID', { detail: 'The placement of the read model is damaged.' });
  }
  return {
    active,
    ...(standby === undefined ? {} : { standby }),
    ...(switchAt === undefined ? {} : { switchAt: Number(switchAt) }),
  };
};
