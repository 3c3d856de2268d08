/**
 * Commands as the writers of the systems before put them: V1 (`simulate_writes.py`), V3 (with `ap_id`) and v4.3 (with `sns_id` and
 * `retry_cnt`, times that are text, as a plain export of another tool gives them).
 */
export const aSeedCommand = (index: number): Record<string, unknown> => {
  const created_at = Date.UTC(2024, 0, 1) + index * 1_000;
  const platform = ['IOS', 'ANDROID', 'WEBPUSH'][index % 3] ?? 'IOS';
  const status = ['SENT', 'DELIVERED', 'FAILED', 'SENT'][index % 4] ?? 'SENT';
  const v1 = {
    transaction_id: `tx_batch_${index}`,
    created_at,
    user_id: `user_${index % 50}`,
    platform,
    status,
    notification_title: `測試通知 - ${index}`,
    device_token: `${platform.toLowerCase()}_token_${index}`,
    payload: JSON.stringify({ title: `測試通知 - ${index}`, body: `這是針對用戶 ${index} 的測試推播` }),
    ...(index % 2 === 0 ? { marketing_id: 'campaign_2024_test' } : {}),
    ...(status === 'FAILED' ? { error_msg: 'Device token invalid' } : {}),
  };
  if (index % 3 === 0) return v1;
  const v3 = { ...v1, ap_id: ['mobile-app-001', 'web-portal-001'][index % 2] };
  if (index % 3 === 1) return v3;
  return { ...v3, sns_id: `sns_${index}`, retry_cnt: index % 4, send_ts: created_at + 5 };
};

/**
 * A history of these: of each hundred two are malformed (no user, a status of free text) and five have no platform.
 */
export const seedCommands = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, index) => {
    const command = aSeedCommand(index);
    switch (index % 100) {
      case 13:
        return without(command, 'user_id');
      case 63:
        return { ...command, status: 'PENDING_RETRY' };
      case 5:
      case 25:
      case 45:
      case 65:
      case 85:
        return without(command, 'platform');
      default:
        return command;
    }
  });

const without = (record: Record<string, unknown>, name: string): Record<string, unknown> => {
  const { [name]: _, ...rest } = record;
  return rest;
};
