import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  assume,
  functions,
  isOtherRegion,
  known,
  memoryGb,
  price,
  priceList,
  ROOT,
  tables,
} from './inputs.ts';

const FILE = join(ROOT, 'docs/cost.md');

interface Line {
  readonly what: string;
  readonly amount: string;
  readonly dollars: number;
}

const production = readFileSync(join(ROOT, 'terraform/environments/production.tfvars'), 'utf8');
const variables = readFileSync(join(ROOT, 'terraform/variables.tf'), 'utf8');

/** The parts of the rows that an index holds. */
const SPARSE: Readonly<Record<string, string>> = {
  'failed-index': 'share_failed',
  'transaction_id-failed-index': 'share_failed',
  'marketing_id-index': 'share_with_campaign',
  'sns_id-index': 'share_with_sns_id',
};
export const shareIn = (index: string): number => {
  const share = SPARSE[index];
  return share === undefined ? 1 : assume(share);
};

const writeUnits = Math.ceil(assume('row_kb'));
const millions = (value: number): string => `${Number(value.toFixed(3))} M`;

/** A million notifications, from the writer's first write to the row's last state. */
export const perMillionNotifications = (): Line[] => {
  const records = assume('stream_records_per_notification');
  const writes = (what: string, share: number): Line => {
    const units = records * share * writeUnits;
    return {
      what,
      amount: `${millions(units)} write units`,
      dollars: units * price('dynamodb_million_write_units'),
    };
  };
  const invocations = records / assume('records_per_invocation');
  const seconds =
    (records * 1e6 * assume('projection_ms_per_record') +
      invocations * 1e6 * assume('projection_ms_per_invocation')) /
    1000;
  const countingSeconds =
    (records * 1e6 * assume('counting_ms_per_record') +
      invocations * 1e6 * assume('projection_ms_per_invocation')) /
    1000;
  const indexes = tables['notification-records']?.indexes ?? [];
  return [
    writes('command-records', 1),
    { what: 'its stream, read by Lambda', amount: `${millions(records)} records`, dollars: 0 },
    {
      what: 'stream-processor-lambda',
      amount: `${millions(invocations)} invocations, ${Math.round(seconds)} s`,
      dollars:
        invocations * price('lambda_million_requests') +
        seconds * memoryGb('stream-processor-lambda') * price('lambda_arm64_gb_second'),
    },
    writes('notification-records', 1),
    // A full batch has few campaigns, each written once; the places of both projections come to less.
    {
      what: 'campaign-statistics',
      amount: `${millions(invocations * assume('campaigns_per_batch') * assume('campaign_part_kb'))} write units`,
      dollars:
        invocations *
        assume('campaigns_per_batch') *
        assume('campaign_part_kb') *
        price('dynamodb_million_write_units'),
    },
    {
      what: 'campaign-projection-lambda',
      amount: `${millions(invocations)} invocations, ${Math.round(countingSeconds)} s`,
      dollars:
        invocations * price('lambda_million_requests') +
        countingSeconds * memoryGb('campaign-projection-lambda') * price('lambda_arm64_gb_second'),
    },
    ...indexes.map(({ name }) => writes(`notification-records, ${name}`, shareIn(name))),
  ];
};

const lambdaLine = (name: string, ms: number): Line => ({
  what: name,
  amount: `1 M invocations of ${ms} ms`,
  dollars: price('lambda_million_requests') + ms * 1000 * memoryGb(name) * price('lambda_arm64_gb_second'),
});

/** A million queries of one generation, each with a page of rows. */
const perMillionQueries = (functionsAsked: readonly string[], apiRequests: number): Line[] => {
  const readUnits = Math.ceil((assume('rows_per_query') * assume('row_kb')) / 4) / 2;
  return [
    {
      what: 'API Gateway',
      amount: `${apiRequests} M requests`,
      dollars: apiRequests * price('api_gateway_million_requests'),
    },
    ...functionsAsked.map((name) => lambdaLine(name, assume(`${name.replaceAll('-', '_')}_ms`))),
    {
      what: 'notification-records or an index',
      amount: `${millions(readUnits)} read units`,
      dollars: readUnits * price('dynamodb_million_read_units'),
    },
    {
      what: 'access log',
      amount: `${apiRequests * assume('access_log_kb')} GB`,
      dollars: apiRequests * assume('access_log_kb') * price('cloudwatch_logs_gb'),
    },
  ];
};

const inProduction = (pattern: RegExp, name: string): number =>
  known(Number(pattern.exec(production)?.[1]), name);

/** What production costs a month when nobody uses it. */
const hours = (): number => assume('hours_per_month');
const perMonth = (): Line[] => {
  const tasks = inProduction(/query_service_tasks\s*=\s*\{\s*minimum\s*=\s*(\d+)/, 'query_service_tasks');
  const warm = inProduction(
    /provisioned_concurrency\s*=\s*\{\s*"query-result-lambda"\s*=\s*(\d+)/,
    'provisioned_concurrency',
  );
  const [, cpu = '', memory = ''] =
    /query_service_size"[\s\S]*?cpu = (\d+), memory_mb = (\d+)/.exec(variables) ?? [];
  const endpoints = (/"interface_endpoints"[\s\S]*?default\s*=\s*\[(.*?)\]/.exec(variables)?.[1] ?? '').split(
    ',',
  ).length;
  const apis = globSync('*.openapi.yaml', { cwd: join(ROOT, 'terraform/api') }).length;
  const indexes = Object.values(tables).flatMap((table) => table.indexes);
  const keyed = [...Object.values(tables), ...indexes];
  const streams = Object.values(functions).filter(({ event_source }) => event_source !== null).length;
  const functionCount = Object.keys(functions).length;
  // As modules/observability makes them: three for a function, one for quarantine and two for the stream of each consumer, one for each
  // table and index, two for an API, six for the service, and one of all.
  const alarms = 3 * functionCount + 3 * streams + keyed.length + 2 * apis + 6 + 1;
  // Two rules for the hottest and the most throttled keys, twice that with a sort key.
  const rules = keyed.reduce((sum, { sort_key }) => sum + (sort_key ? 4 : 2), 0);
  const metrics =
    streams * assume('custom_metrics_per_stream') + functionCount * assume('custom_metrics_per_function');
  const warmGb = warm * memoryGb('query-result-lambda');
  return [
    {
      what: 'query service',
      amount: `${tasks} tasks of ${Number(cpu) / 1024} processors and ${Number(memory) / 1024} GB`,
      dollars:
        tasks *
        hours() *
        ((Number(cpu) / 1024) * price('fargate_arm64_cpu_hour') +
          (Number(memory) / 1024) * price('fargate_arm64_gb_hour')),
    },
    { what: 'load balancer', amount: '1', dollars: hours() * price('load_balancer_hour') },
    {
      what: 'interface endpoints',
      amount: `${endpoints} in ${assume('zones')} zones`,
      dollars: endpoints * assume('zones') * hours() * price('interface_endpoint_zone_hour'),
    },
    {
      what: 'provisioned concurrency',
      amount: `${warm} of ${warmGb / warm} GB`,
      dollars: warmGb * hours() * 3600 * price('lambda_arm64_provisioned_gb_second'),
    },
    { what: 'keys', amount: '2', dollars: 2 * price('kms_key_month') },
    {
      what: 'alarms',
      amount: `${alarms}, on ${alarms + keyed.length + 1} metrics`,
      dollars: (alarms + keyed.length + 1) * price('cloudwatch_alarm_month'),
    },
    {
      what: 'Container Insights',
      amount: `${assume('container_insights_metrics')} metrics`,
      dollars: assume('container_insights_metrics') * price('cloudwatch_metric_month'),
    },
    {
      what: 'metrics of the functions',
      amount: `${metrics}`,
      dollars: metrics * price('cloudwatch_metric_month'),
    },
    {
      what: 'Contributor Insights',
      amount: `${rules} rules`,
      dollars: rules * price('contributor_insights_rule_month'),
    },
    {
      what: 'logs of functions and service',
      amount: `${assume('idle_log_gb')} GB`,
      dollars: assume('idle_log_gb') * price('cloudwatch_logs_gb'),
    },
  ];
};

const money = (dollars: number): string => dollars.toFixed(2);

const table = (lines: readonly Line[]): string =>
  [
    '| | amount | USD |',
    '|---|---|---:|',
    ...lines.map(({ what, amount, dollars }) => `| ${what} | ${amount} | ${money(dollars)} |`),
    `| **together** | | **${money(lines.reduce((sum, { dollars }) => sum + dollars, 0))}** |`,
  ].join('\n');

/** The whole of docs/cost.md. */
const costPage = (): string => {
  const index = 2 * writeUnits * price('dynamodb_million_write_units');
  return `# What it costs

Computed by \`node terraform/cost/cost.ts\` from terraform/tables.json, functions.json, the variables and environments/production.tfvars; a test
fails when this page is stale. Prices: ${priceList.region}, ${priceList.as_of} ([prices.json](../terraform/cost/prices.json)). ${priceList.note}
What is assumed about records and queries, such as rows of ${assume('row_kb')} kB and ${assume('stream_records_per_notification')} writes for each notification, stands in
[assumptions.json](../terraform/cost/assumptions.json): put in your own and run it again.

## A million notifications

${table(perMillionNotifications())}

An index that holds every row costs ${money(index)} USD a million notifications and ${money(assume('row_kb') * price('dynamodb_gb_month'))} USD a month for each million rows that stay;
a sparse one its share of that: failed-index holds ${assume('share_failed') * 100} % of the rows. An update writes an index only when it changes something that the
index holds, and all of them hold everything. Lambda's reads of the stream are free.

## A million queries

Pages of ${assume('rows_per_query')} rows.

**V1** (GET /query/*): API, query-lambda, service, query-result-lambda.

${table(perMillionQueries(['query-lambda', 'query-result-lambda'], 1))}

**V3** (POST /query/user, /query/marketing): API, service, query-result-lambda.

${table(perMillionQueries(['query-result-lambda'], 1))}

**V4 by the service** (POST /query/transaction, /query/fail): API, service, API again, query-result-lambda. GET /tx and /fail cost as V3 does.

${table(perMillionQueries(['query-result-lambda'], 2))}

## A month of production, idle

${table(perMonth())}

Storage (${price('dynamodb_gb_month')} USD a GB, ${price('dynamodb_backup_gb_month')} for point-in-time recovery, ${price('s3_gb_month')} for access logs and given-up batches), traffic, traces, capacity units of
the load balancer and the events that Contributor Insights reads (${price('contributor_insights_million_events')} USD a million) come on top.

A cache of the APIs (\`api_cache\`) is off: 0.5 GB cost ${money(hours() * price('api_gateway_cache_hour'))} USD a month for each API, and an answer may then be as old as the cache allows.

## Another region

Prices differ from region to region, by up to a third. Enter yours in a copy of [prices.json](../terraform/cost/prices.json), from the pages below, and
\`node terraform/cost/cost.ts --prices <file>\` prints this page for it.

## Sources

${priceList.sources.map((url) => `- <${url}>`).join('\n')}
`;
};

/** Whether docs/cost.md says what the configuration costs now. */
export const isCostPageCurrent = (): boolean => readFileSync(FILE, 'utf8') === costPage();

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (isOtherRegion) process.stdout.write(costPage());
  else writeFileSync(FILE, costPage());
}
