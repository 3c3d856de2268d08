import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { itemBytes, LOCAL_AWS, MAX_ITEM_BYTES, toItem } from '@notify/dynamodb';
import { type EmbeddedStack, startEmbeddedStack } from '@notify/embedded';
import { aCommand } from '@notify/shared-domain/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { notifyJson, runNotify } from './testing/run-notify.ts';

let stack: EmbeddedStack;

beforeAll(async () => {
  stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, log: () => {} });
  return () => stack.stop();
});

const notify = (args: string, env: Record<string, string> = { AWS_ENDPOINT_URL: stack.awsUrl }) =>
  runNotify(args, env);

const json = (args: string) => notifyJson(args, stack.awsUrl);

describe('notify', () => {
  it('writes a campaign, shows both sides, finds them in step, and answers queries', async () => {
    const batch =
      'simulate batch --count 60 --malformed-share 0.1 --failure-share 0.5 --campaign c --users 1 --seed 1';
    expect(await json(batch)).toMatchObject({
      exitCode: 0,
      result: { written: 60, malformed: 6, failed_notifications: 27 },
    });
    await stack.idle();
    const [tables, check, campaign, failures, latest] = await Promise.all([
      json('tables'),
      json('check'),
      json('query marketing --marketing-id c'),
      json('query failures --limit 5'),
      json('query latest'),
    ]);
    expect(tables).toMatchObject({
      exitCode: 0,
      result: { commands: 60, rows: 54, quarantined: 6, not_in_step: [] },
    });
    expect(check).toMatchObject({ exitCode: 0, result: { malformed: 6, differences: [] } });
    expect(campaign).toMatchObject({ exitCode: 0, result: { count: 54, more: false } });
    expect(failures).toMatchObject({ exitCode: 0, result: { count: 5, more: true } });
    expect(latest).toMatchObject({ exitCode: 0, result: { count: 50, more: false } });
    const times = ({ result }: typeof latest) =>
      result.items.map(({ created_at }: { created_at: number }) => created_at);
    expect(times(latest)).toEqual(times(campaign).slice(0, 50));

    const [list, redrive, lag, status] = await Promise.all([
      notify('quarantine list'),
      notify('redrive --dry-run'),
      json('lag --probe 4'),
      notify('rebuild --status'),
    ]);
    expect(list).toMatchObject({ exitCode: 1 });
    expect(list.stdout).toContain('entries=6 RECORD.INVALID=6');
    expect(redrive).toMatchObject({ exitCode: 1 });
    expect(redrive.stdout).toContain('malformed=6');
    expect(lag).toMatchObject({ exitCode: 0, result: { late: 0 } });
    expect(status.stdout).toBe('active=notification-records standby=- rebuild: none\n');
  });

  it('is behind with nothing when quarantine holds what can have no row', async () => {
    const command = aCommand({ transaction_id: 'too large', notification_body: '' });
    const room = MAX_ITEM_BYTES - itemBytes(Object.entries(toItem(command)) as [string, never][]);
    const dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint: stack.awsUrl });
    const Item = toItem({ ...command, notification_body: 'x'.repeat(room) });
    await dynamodb.send(new PutItemCommand({ TableName: 'command-records', Item }));
    dynamodb.destroy();
    await stack.idle();
    expect((await notify('quarantine list')).stdout).toContain('RECORD.TOO_LARGE=1');
    expect(await json('lag --verify')).toMatchObject({ exitCode: 0, result: { behind: 0 } });
  });

  it('follows a single push, and changes what providers report', async () => {
    expect(await json('simulate single --user-id someone --title Hello --status SENT')).toMatchObject({
      exitCode: 0,
      result: { row: { user_id: 'someone', send_ts: expect.any(Number) } },
    });
    expect(await json('simulate status --count 3 --failure-share 0')).toMatchObject({
      exitCode: 0,
      result: { delivered: 3, overtaken: 0 },
    });
  });

  it('finds the stack healthy from end to end', async () => {
    const { exitCode, result } = await json('doctor');
    expect(result.findings.filter(({ status }: { status: string }) => status !== 'ok')).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it.each([
    ['reproject', 2, 'INPUT.INVALID'],
    ['query transaction', 2, 'INPUT.INVALID'],
    ['query transaction --transaction-id=', 2, 'REQUEST.PARAMETER_INVALID'],
    ['query user --user-id u --from yesterday', 2, 'REQUEST.PARAMETER_INVALID'],
    ['rebuild --finish', 2, 'REBUILD.NOTHING'],
    ['check --command-table none', 3, 'TABLE.MISSING'],
    ['check --segments 0', 2, 'It must be a whole number'],
  ])('%s ends with %i and %s', async (args, exitCode, text) => {
    const answer = await notify(args);
    expect(answer).toMatchObject({ exitCode, stdout: '' });
    expect(answer.stderr).toContain(text);
  });

  it('says where nobody answers, and that nothing is configured', async () => {
    const [unreachable, nothing] = await Promise.all([
      notify('check', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }),
      notify('redrive --yes', {
        AWS_ENDPOINT_URL_DYNAMODB: 'https://127.0.0.1.invalid',
        AWS_REGION: 'eu-central-1',
      }),
    ]);
    expect(unreachable).toMatchObject({ exitCode: 3 });
    expect(unreachable.stderr).toContain('TARGET.UNREACHABLE');
    expect(nothing.exitCode).toBe(3);
  });

  it('does not write to AWS without being told to', async () => {
    const { exitCode, stderr } = await notify('redrive', {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'none',
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CONFIRMATION.REQUIRED');
  });
});
