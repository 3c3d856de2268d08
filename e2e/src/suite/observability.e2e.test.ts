import { CloudWatchClient, GetDashboardCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { GetEventSourceMappingCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { clientConfig, functionName, lambda, table, target } from './stage.ts';

describe.skipIf(target.kind === 'embedded')('on AWS and LocalStack', () => {
  const cloudwatch = new CloudWatchClient(clientConfig);
  const alarms = new Map<string, readonly string[]>();

  beforeAll(async () => {
    const pages = paginateDescribeAlarms(
      { client: cloudwatch },
      { AlarmNamePrefix: `${target.dashboard}-`, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    );
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
      for (const { AlarmName = '', AlarmActions = [] } of [...MetricAlarms, ...CompositeAlarms])
        alarms.set(AlarmName.slice(`${target.dashboard}-`.length), AlarmActions);
    }
  });

  it('each function has alarms on errors, throttles and duration', () => {
    const wanted = Object.keys(target.functions).flatMap((name) =>
      ['errors', 'throttles', 'duration'].map((what) => `${name}-${what}`),
    );
    expect([...alarms.keys()]).toEqual(expect.arrayContaining(wanted));
  });

  it('the projection has alarms on its lag, its quarantine and what it has given up', () => {
    const wanted = ['lag', 'quarantined', 'given-up'].map((what) => `stream-processor-lambda-${what}`);
    expect([...alarms.keys()]).toEqual(expect.arrayContaining(wanted));
  });

  it('someone is told', () => {
    const told = [...alarms.values()].filter(
      (actions) => target.alarmTopic && actions.includes(target.alarmTopic),
    );
    expect(told.length).toBeGreaterThan(0);
  });

  it('the dashboard shows every function', async () => {
    const { DashboardBody = '' } = await cloudwatch.send(
      new GetDashboardCommand({ DashboardName: target.dashboard }),
    );
    for (const name of Object.values(target.functions)) expect(DashboardBody).toContain(name);
  });

  it('the stream drives the projection from its beginning, and keeps what it gives up', async () => {
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: `${functionName('stream-processor-lambda')}:live` }),
    );
    const [{ UUID } = {}] = EventSourceMappings.filter(({ EventSourceArn = '' }) =>
      EventSourceArn.includes(`/${table('command-records')}/`),
    );
    const mapping = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
    expect(mapping).toMatchObject({
      State: 'Enabled',
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
    });
    expect(mapping.DestinationConfig?.OnFailure?.Destination).toBe(`arn:aws:s3:::${target.givenUpBucket}`);
  });
});
