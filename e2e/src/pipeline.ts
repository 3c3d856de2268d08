import type { CommandRecord, NotificationKey } from '@notify/shared-domain';
import type { ReportDoor } from './report-doors.ts';

interface Explained {
  readonly state: string;
  readonly reason: string | null;
}

/** In which state a door says a notification is: `in step`, `set aside: RECORD.INVALID`; or what it answered instead of a state. */
export const stateOf = async (
  { ask }: ReportDoor,
  { transaction_id, created_at }: NotificationKey,
): Promise<string> => {
  const { status, body } = await ask({ transaction_id, created_at });
  const { data: [explained] = [] } = body as { data?: readonly Explained[] };
  if (status !== 200 || !explained) return `${status} ${JSON.stringify(body)}`;
  return explained.reason === null ? explained.state : `${explained.state}: ${explained.reason}`;
};

/** Why a door does not say of notifications that they are in this state; nothing when it does. */
export const stateDifferences = async (
  door: ReportDoor,
  notifications: readonly Pick<CommandRecord, 'transaction_id' | 'created_at'>[],
  expected: string,
): Promise<string[]> => {
  const differences: string[] = [];
  for (const key of notifications) {
    const state = await stateOf(door, key);
    if (state !== expected) {
      differences.push(`${door.name} ${key.transaction_id}: ${state} instead of ${expected}`);
    }
  }
  return differences;
};
