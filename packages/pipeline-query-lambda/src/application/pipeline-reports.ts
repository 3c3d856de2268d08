import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type CauseCounts,
  countCauses,
  entryList,
  explain,
  keysOfTransaction,
  type PlacementKey,
  type PlacementSource,
  readRebuild,
  shownEntry,
  tablesAt,
  unknownTransaction,
} from '@notify/read-model';
import {
  decodeEntryCursor,
  decodeExplanationCursor,
  encodeEntryCursor,
  encodeExplanationCursor,
  type PIPELINE_REPORTS,
  type ReportAnswer,
  type ReportOf,
  type ReportReader,
} from '@notify/shared-domain';
import { readPulses } from '@notify/stream-projection';

type PipelineReportType = (typeof PIPELINE_REPORTS)[number];

export interface PipelineSources {
  /** Tables by what they hold. */
  readonly commands: string;
  readonly quarantine: string;
  readonly positions: string;
  readonly readModel: PlacementKey;
  readonly placement: PlacementSource;
  /** The projections of the commands' stream; that of the rows first. */
  readonly projections: readonly string[];
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** A console asks every few seconds, for each of its readers; quarantine is read for all of them so often. */
const CAUSES_FRESH_MS = 10_000;

/** Answers the questions about the pipeline from the tables that it leaves its traces in. */
export class PipelineReports implements ReportReader<PipelineReportType> {
  readonly #dynamodb: DynamoDBClient;
  readonly #sources: PipelineSources;
  readonly #clock: () => number;
  #counted: { readonly at: number; readonly counts: CauseCounts } | undefined;

  constructor(dynamodb: DynamoDBClient, sources: PipelineSources) {
    this.#dynamodb = dynamodb;
    this.#sources = sources;
    this.#clock = sources.clock ?? Date.now;
  }

  report(query: ReportOf<PipelineReportType>): Promise<ReportAnswer<PipelineReportType>> {
    switch (query.query_type) {
      case 'explain':
        return this.#explain(query);
      case 'status':
        return this.#status();
      case 'quarantine':
        return this.#quarantine(query);
    }
  }

  async #explain({
    transaction_id,
    created_at,
    limit,
    cursor,
  }: ReportOf<'explain'>): Promise<ReportAnswer<'explain'>> {
    const { commands, quarantine, placement } = this.#sources;
    const after = cursor === undefined ? undefined : decodeExplanationCursor(cursor, transaction_id);
    const { active } = tablesAt(await placement.placement(), this.#clock());
    const tables = { commands, quarantine, rows: active };
    const keys =
      created_at === undefined
        ? await keysOfTransaction(this.#dynamodb, tables, transaction_id, limit, after)
        : [{ transaction_id, created_at: String(created_at) }];
    const [pulse] = await this.#pulses();
    const data =
      keys.length === 0 && after === undefined
        ? [unknownTransaction(transaction_id)]
        : await explain(this.#dynamodb, tables, keys, { pulse: pulse ?? NO_PULSE, clock: this.#clock });
    const last = keys.at(-1);
    const next = created_at === undefined && keys.length === limit ? last : undefined;
    return {
      success: true,
      message: `${data.length} notification${data.length === 1 ? '' : 's'} explained`,
      data,
      total_count: data.length,
      ...(next && {
        next_cursor: encodeExplanationCursor({
          transactionId: transaction_id,
          createdAt: Number(next.created_at),
        }),
      }),
    };
  }

  async #status(): Promise<ReportAnswer<'status'>> {
    const [pulses, { causes, isComplete }, rebuild] = await Promise.all([
      this.#pulses(),
      this.#causes(),
      readRebuild(this.#dynamodb, this.#sources.readModel),
    ]);
    return {
      success: true,
      message: 'The state of the pipeline',
      data: {
        projections: pulses.map((pulse) => ({
          name: pulse.projection,
          lag_ms: pulse.lagMs === undefined ? null : Math.round(pulse.lagMs),
          records_per_s:
            pulse.recordsPerSecond === undefined ? null : Math.round(pulse.recordsPerSecond * 100) / 100,
          last_record_at: pulse.lastRecordAt ?? null,
          updated_at: pulse.leftAt ?? null,
        })),
        quarantine: Array.from(causes, ([code, count]) => ({ code, count })).sort(
          (a, b) => b.count - a.count || (a.code < b.code ? -1 : 1),
        ),
        quarantine_complete: isComplete,
        rebuild: rebuild
          ? {
              phase: rebuild.phase,
              table: rebuild.table,
              replaces: rebuild.replaces,
              started_at: rebuild.startedAt,
              filled: rebuild.filled,
            }
          : null,
      },
    };
  }

  async #quarantine({ code, limit, cursor }: ReportOf<'quarantine'>): Promise<ReportAnswer<'quarantine'>> {
    const { quarantine, commands } = this.#sources;
    const from = cursor === undefined ? undefined : decodeEntryCursor(cursor, code);
    const { entries, next } = await entryList(this.#dynamodb, quarantine, { errorCode: code }, limit, from);
    return {
      success: true,
      message: `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} found`,
      data: entries.map((entry) => shownEntry(entry, commands)),
      total_count: entries.length,
      ...(next && { next_cursor: encodeEntryCursor(next, code) }),
    };
  }

  #pulses() {
    const { positions, projections } = this.#sources;
    return readPulses(this.#dynamodb, positions, projections, this.#clock());
  }

  async #causes(): Promise<CauseCounts> {
    const now = this.#clock();
    if (this.#counted === undefined || now - this.#counted.at >= CAUSES_FRESH_MS) {
      this.#counted = { at: now, counts: await countCauses(this.#dynamodb, this.#sources.quarantine) };
    }
    return this.#counted.counts;
  }
}

const NO_PULSE = { lagMs: undefined, lastRecordAt: undefined };
