import { CAMPAIGN_PROJECTION } from '@notify/campaign-statistics';
import { ROW_PROJECTION } from '@notify/read-model';
import { readPulses } from '@notify/stream-projection';
import type { Command } from 'commander';
import { check } from '../check/check.ts';
import { readPlacement } from '../records/read-model.ts';
import { addCommand, type WritingOptions, withWritingOptions } from '../session/add-command.ts';
import { count, seconds } from '../session/arguments.ts';
import { EXIT } from '../session/notify-error.ts';
import { confirmWrite, type Outcome, type Session } from '../session/session.ts';
import { probe, sampleCommands } from './probe.ts';
import { shardProgress, streamState } from './streams.ts';

interface LagArguments extends WritingOptions {
  readonly verify?: boolean;
  readonly probe?: number;
  readonly segments: number;
  readonly timeout: number;
}

export const lagCommand = (program: Command): void =>
  addCommand<LagArguments>(
    withWritingOptions(
      program
        .command('lag')
        .description(
          'How far the projections are behind the stream, as far as the places tell that they leave.',
        )
        .option('--verify', 'read both sides and compare: what is still to be projected, and how old it is')
        .option('--probe <n>', 'measure: touch so many commands and time their way to the read model', count)
        .option('--timeout <seconds>', 'how long a probe may take', seconds, 60)
        .option('--segments <n>', 'parts of each table that are read at once', count, 4)
        .addHelpText(
          'after',
          '\nWithout options it costs two queries; --verify reads both tables. Only --probe writes.' +
            '\nExit codes: 0 caught up, 1 behind (or a probe is late), 3 it did not come to its end.',
        ),
    ),
    (session, args) =>
      args.probe
        ? measure(session, args, args.probe)
        : args.verify
          ? compare(session, args)
          : pulses(session),
  );

/** A projection that is further behind than this is not in step with a quiet stream either. */
const BEHIND_MS = 10_000;

/** Reads the places of the projections, and nothing else. */
const pulses = async ({ dynamodb, tables }: Session): Promise<Outcome> => {
  const found = await readPulses(
    dynamodb,
    tables.positions,
    [ROW_PROJECTION, CAMPAIGN_PROJECTION],
    Date.now(),
  );
  const projections = found.map(({ projection, lagMs, recordsPerSecond, lastRecordAt, leftAt }) => ({
    name: projection,
    lag_ms: lagMs,
    records_per_s: recordsPerSecond === undefined ? undefined : Math.round(recordsPerSecond * 100) / 100,
    last_record_at: lastRecordAt,
    updated_at: leftAt,
  }));
  const isBehind = projections.some(({ lag_ms = 0 }) => lag_ms > BEHIND_MS);
  return {
    exitCode: isBehind ? EXIT.attention : EXIT.ok,
    result: { projections },
    show: (terminal) => {
      terminal.table(
        ['projection', 'lag, ms', 'records/s', 'newest record', 'place left'],
        projections.map(({ name, lag_ms, records_per_s, last_record_at, updated_at }) => [
          name,
          lag_ms,
          records_per_s,
          last_record_at === undefined ? undefined : new Date(last_record_at),
          updated_at === undefined ? undefined : new Date(updated_at),
        ]),
      );
      const lags = projections.map(({ name, lag_ms }) => `${name}_lag_ms=${lag_ms ?? '-'}`);
      terminal.say(lags.join(' '));
    },
  };
};

const compare = async (session: Session, { segments }: LagArguments): Promise<Outcome> => {
  const { active: table } = await readPlacement(session);
  const report = await check(session, { table, segments, settleMs: 0 });
  const behind = report.differences;
  const ages = behind.map(({ key }) => Date.now() - Number(key.created_at)).sort((a, b) => a - b);
  const { mappings } = await streamState(session);
  const shards = await shardProgress(session);
  const result = {
    table,
    behind: behind.length,
    newest_age_ms: ages[0],
    oldest_age_ms: ages.at(-1),
    mappings,
    shards,
  };
  return {
    exitCode: behind.length === 0 ? EXIT.ok : EXIT.attention,
    result,
    show: (terminal) => {
      if (mappings.length > 0) {
        terminal.table(
          ['function', 'event source mapping', 'last result'],
          mappings.map((mapping) => [mapping.function, mapping.state, mapping.last_result]),
        );
      }
      if (shards.length > 0) {
        terminal.table(
          ['function', 'shard', 'records in flight', 'failed attempts', 'caught up, ms ago'],
          shards.map((shard) => [
            shard.function,
            shard.shard_id,
            shard.pending,
            shard.attempts,
            shard.caught_up_ms_ago,
          ]),
        );
      }
      const age = behind.length > 0 ? ` newest_age_ms=${ages[0]} oldest_age_ms=${ages.at(-1)}` : '';
      terminal.say(`table=${table} behind=${behind.length}${age}`);
    },
  };
};

const measure = async (session: Session, { yes, timeout }: LagArguments, size: number): Promise<Outcome> => {
  const keys = await sampleCommands(session, size);
  await confirmWrite(session, `Touch ${keys.length} commands`, yes === true);
  const { lagsMs, late } = session.dryRun
    ? { lagsMs: [], late: 0 }
    : await probe(session, keys, timeout * 1_000);
  const at = (part: number) => lagsMs[Math.min(lagsMs.length - 1, Math.floor(lagsMs.length * part))];
  const result = { probes: keys.length, late, p50_ms: at(0.5), max_ms: lagsMs.at(-1) };
  return {
    exitCode: late === 0 ? EXIT.ok : EXIT.attention,
    result,
    show: (terminal) =>
      terminal.say(
        `probes=${result.probes} late=${late} p50_ms=${result.p50_ms ?? '-'} max_ms=${result.max_ms ?? '-'}`,
      ),
  };
};
