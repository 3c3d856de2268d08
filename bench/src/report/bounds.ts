/** What a figure has to hold: at most, or at least, so much. Figures without a bound are told and not judged. */
interface Bound {
  readonly most?: number;
  readonly least?: number;
}

const BOUNDS: Readonly<Record<string, Bound>> = {
  query_cpu_vs_raw_sdk_1: { most: 1.1 },
  query_cpu_vs_raw_sdk_100: { most: 1 },
  query_cpu_vs_raw_sdk_1000: { most: 1 },
  query_cpu_vs_electrodb_1: { most: 0.8 },
  query_cpu_vs_electrodb_100: { most: 0.8 },
  query_cpu_vs_electrodb_1000: { most: 0.8 },
  deep_page_vs_raw_deep_page: { most: 1.1 },
  failures_of_transaction_cost_ratio: { most: 1.3 },
  service_throughput_vs_bare_fastify: { least: 0.9 },
  service_cpu_vs_bare_fastify: { most: 1.15 },
  coldstart_import_vs_bare_sdk: { most: 0.7 },
  projection_cpu_vs_floor: { most: 1.25 },
  projection_cpu_vs_powertools_batch: { most: 0.2 },
  projection_overhead_us: { most: 8 },
  freshness_idle_p99_ms: { most: 100 },
  freshness_at_200_p99_ms: { most: 250 },
  freshness_highest_writes_per_s: { least: 2_000 },
  statistics_writes_per_record: { most: 0.01 },
  statistics_cpu_per_record_us: { most: 15 },
  statistics_read_ms_ratio: { most: 1.5 },
  command_cpu_vs_raw_put: { most: 3 },
  command_cpu_vs_castore: { most: 0.6 },
  command_cold_cpu_vs_castore: { most: 1 },
  command_cpu_at_10000_events_vs_10: { most: 1.1 },
  command_cold_cpu_at_10000_events_vs_10: { most: 1.1 },
  console_gzip_kb: { most: 200 },
  console_interaction_p95_ms: { most: 100 },
  dom_rows_at_10000: { most: 100 },
  axe_violations: { most: 0 },
  detail_p50_ms: { most: 100 },
  gateway_throughput_vs_before: { least: 2 },
};

/** How much of its bound a figure uses; above 1 it is broken, undefined without a bound. */
export const shareOf = (name: string, value: number): number | undefined => {
  const { most, least } = BOUNDS[name] ?? {};
  if (least !== undefined) return least / value;
  if (most === undefined) return undefined;
  return most === 0 ? 1 + value : value / most;
};

export const boundText = (name: string): string => {
  const { most, least } = BOUNDS[name] ?? {};
  return least !== undefined ? `≥ ${least}` : most !== undefined ? `≤ ${most}` : '';
};
