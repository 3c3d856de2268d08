import { sealCursor, unsealCursor } from '../query/cursor.ts';

/** A place in the list of campaigns: behind this one. */
export interface CampaignPlace {
  readonly marketingId: string;
  /** When its first notification was made that was counted, in milliseconds since 1970. */
  readonly listedAt: number;
}

const KIND = 'campaigns';

export const encodeCampaignCursor = ({ marketingId, listedAt }: CampaignPlace): string =>
  sealCursor([KIND, listedAt, marketingId]);

/** @throws AppError `QUERY.CURSOR.INVALID` when it is damaged, made up, or of notifications */
export const decodeCampaignCursor = (cursor: string): CampaignPlace =>
  unsealCursor(cursor, ([kind, listedAt, marketingId]) =>
    kind === KIND && Number.isSafeInteger(listedAt) && typeof marketingId === 'string' && marketingId !== ''
      ? { listedAt: listedAt as number, marketingId }
      : undefined,
  );
