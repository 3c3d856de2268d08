import { createRandom } from '@notify/scripts';
import { type CommandRecord, type NotificationKey, PLATFORMS, STATUSES } from '@notify/shared-domain';

/** One write of a writer, in the order in which it happens. */
export type Write =
  | { readonly put: CommandRecord }
  /** An item that is no command record. */
  | { readonly malformed: NotificationKey }
  | { readonly remove: NotificationKey };

export interface Scenario {
  readonly writes: readonly Write[];
  /** The last state of each command, by its key. */
  readonly commands: ReadonlyMap<string, CommandRecord>;
  readonly malformed: readonly NotificationKey[];
}

export const keyOf = ({ transaction_id, created_at }: NotificationKey): string =>
  `${transaction_id}#${created_at}`;

const USERS = 20;
const CAMPAIGNS = 5;
const TRANSACTIONS = 60;
const AP_IDS = ['mobile-app-001', 'web-portal-001', 'mobile-app-002'];

/**
 * A history of `notifications` commands over few users, campaigns and transactions: a third changes its status, some are removed,
 * some of those come back, several share a millisecond, and two in a hundred more are malformed. The same seed gives the same history.
 */
export const scenario = (notifications: number, seed: number): Scenario => {
  const random = createRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const oneOf = <T>(values: readonly T[]) => values[below(values.length)] as T;
  const writes: Write[] = [];
  const commands = new Map<string, CommandRecord>();
  const malformed: NotificationKey[] = [];
  const put = (command: CommandRecord) => {
    writes.push({ put: command });
    commands.set(keyOf(command), command);
  };
  const start = 1_704_067_200_000;

  for (let i = 0; i < notifications; i++) {
    const command: CommandRecord = {
      transaction_id: `tx_verify_${String(i % TRANSACTIONS).padStart(3, '0')}`,
      created_at: start + Math.floor(i / 3) * 1_000 + (i % 2),
      user_id: `user_${below(USERS)}`,
      notification_title: `Notification ${i} 你好 👋`,
      status: 'SENT',
      platform: oneOf(PLATFORMS),
      device_token: `token-${i}`,
      payload: JSON.stringify({ aps: { alert: { body: `Body ${i}` } } }),
      ap_id: oneOf(AP_IDS),
      ...(random() < 0.8 ? { marketing_id: `campaign_${below(CAMPAIGNS)}` } : {}),
    };
    put(command);
    if (random() < 0.35) {
      const at = command.created_at + 500;
      const status = oneOf(STATUSES);
      put({
        ...command,
        status,
        ...(status === 'DELIVERED' ? { delivered_ts: at } : {}),
        ...(status === 'FAILED' ? { failed_ts: at, error_msg: 'Unregistered' } : {}),
      });
    }
    if (random() < 0.08) {
      writes.push({ remove: { transaction_id: command.transaction_id, created_at: command.created_at } });
      commands.delete(keyOf(command));
      if (random() < 0.4) put({ ...command, notification_title: `Sent again: ${i}` });
    }
    if (i % 50 === 25) {
      const key = { transaction_id: `tx_malformed_${i}`, created_at: start + i };
      writes.push({ malformed: key });
      malformed.push(key);
    }
  }
  return { writes, commands, malformed };
};
