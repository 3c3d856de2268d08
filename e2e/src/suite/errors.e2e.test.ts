import { afterAll, describe, expect, it } from 'vitest';
import { refusalsOf } from '../refusals.ts';
import { History } from './history.ts';
import { DOORS, invoke, stage, target } from './stage.ts';

/** LocalStack's gateway refuses in AWS's default words, whatever the API has configured; AWS and the embedded gateway in the configured ones. */
const defaultWords = target.kind === 'localstack';

describe.each(['gateway', 'function', 'service'])('refused by the %s', (who) => {
  const refusals = refusalsOf(stage).filter(({ by }) => by === who);
  it.each(refusals)('$what: $status $code', async ({ status, code, ask }) => {
    const { headers, ...answer } = await ask();
    if (defaultWords && who === 'gateway' && status !== 405) {
      // It has its own status for an unknown route.
      const body = { message: expect.any(String) };
      return expect(answer).toMatchObject({ status: status === 404 ? 403 : status, body });
    }
    expect(answer).toMatchObject({ status, body: { code, status, success: false } });
    // Another method is refused by a mock integration, whose media type LocalStack does not take over.
    if (!defaultWords || status !== 405)
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('a cursor', () => {
  const history = new History();
  afterAll(() => history.cleanUp());

  it('of one query is refused by another', async () => {
    const [door] = DOORS.filter(({ query_type }) => query_type === 'transaction');
    if (!door) throw new Error('No door takes a transaction.');
    const { created_at } = history.command();
    await history.putBatch([
      history.command({ created_at }),
      history.command({ created_at: created_at + 1 }),
    ]);
    const query = { transaction_id: `${history.id}-tx` };
    await history.visible(door, query);
    const { body } = await door.ask({ ...query, limit: 1 });
    const cursor = (body as { next_cursor?: string }).next_cursor;
    expect(cursor).toBeDefined();
    expect(await door.ask({ transaction_id: `${history.id}-other`, cursor })).toMatchObject({
      status: 400,
      body: { code: 'QUERY.CURSOR.FOREIGN' },
    });
  });
});

describe('a direct invoke', () => {
  it.each([
    [{ query_type: 'everything' }, 'REQUEST.PARAMETER_INVALID'],
    [{ query_type: 'user' }, 'REQUEST.PARAMETER_MISSING'],
    [{ query_type: 'fail', limit: 0 }, 'REQUEST.PARAMETER_INVALID'],
  ])('%j is refused with %s', async (event, code) => {
    const { payload, functionError } = await invoke('query-result-lambda', event);
    expect(functionError).toBeUndefined();
    expect(payload).toMatchObject({ success: false, code });
  });
});
