import { afterAll, describe, expect, it } from 'vitest';
import { questionsOf } from '../questions.ts';
import { History } from './history.ts';
import { DOORS } from './stage.ts';

const history = new History();
const { id } = history;
afterAll(() => history.cleanUp());

const command = history.command();
const everywhere = async () => {
  for (const door of DOORS)
    for (const question of questionsOf(door.query_type, [command])) await history.visible(door, question);
};

describe('a command', () => {
  it('is in every answer once it is written', async () => {
    await history.put(command);
    await everywhere();
  });

  it('changes everywhere when its status changes, and enters and leaves the failures', async () => {
    await history.put({
      ...command,
      status: 'FAILED',
      error_msg: 'Unregistered',
      failed_ts: command.created_at + 5,
    });
    await everywhere();
    await history.put({ ...command, status: 'DELIVERED', delivered_ts: command.created_at + 9 });
    await everywhere();
  });

  it('does not hide another one of the same user in the same millisecond', async () => {
    await history.put({ ...command, transaction_id: `${id}-tx-2`, status: 'FAILED' });
    await everywhere();
  });

  it('is in no answer once it is deleted, and in all of them when it comes again', async () => {
    await history.remove(command);
    await everywhere();
    await history.put({ ...command, notification_title: 'Once more' });
    await everywhere();
  });

  it('shows the last of many quick changes', async () => {
    for (let change = 1; change <= 30; change++) {
      await history.put({ ...command, notification_title: `Change ${change}` });
    }
    await everywhere();
    const { body } = (await DOORS[0]?.ask({ user_id: command.user_id })) ?? {};
    expect(JSON.stringify(body)).toContain('Change 30');
  });
});
