/**
 * A rebuild under load, from end to end, on an embedded stack of its own: commands are written, a writer goes on changing them and
 * clients go on asking while the read model is built anew, switched to, and rolled back.
 */

import type { RecordKey } from '@notify/read-model';
import {
  awaitCaughtUp,
  check,
  count,
  createTerminal,
  finish,
  readPlacement,
  rebuild,
  rollback,
  sessionAt,
} from '@notify/scripts';
import { buildPackages, freePort } from '@notify/toolchain';
import { Command } from 'commander';
import { pollUntil } from './rebuild-drill/polling-client.ts';
import { startWriter } from './rebuild-drill/writer.ts';
import { play, scenario } from './scenario.ts';
import { startStackProcess } from './stack-process.ts';
import { openStage } from './stage.ts';
import { embeddedNames } from './target.ts';

const WRITE_LANES = 4;

interface DrillOptions {
  readonly commands: number;
  readonly rate: number;
  readonly clients: number;
}

const drill = async (options: DrillOptions): Promise<number> => {
  await buildPackages((line) => process.stdout.write(`${line}\n`));
  const stack = startStackProcess({ awsPort: await freePort(), servicePort: await freePort() });
  try {
    await stack.up;
    return await drillAt(stack.url, options);
  } finally {
    await stack.kill('everything');
  }
};

const drillAt = async (url: string, { commands, rate, clients }: DrillOptions): Promise<number> => {
  const terminal = createTerminal(false);
  const session = await sessionAt(url, terminal);
  const stage = openStage({
    kind: 'embedded',
    awsEndpoint: url,
    apis: {},
    authorization: 'NONE',
    ...embeddedNames(),
  });
  const history = scenario({ id: 'drill', commands, seed: 7, transactions: commands, users: 1_000 });
  await play(stage.documents, session.tables.commands, history.writes, WRITE_LANES);
  stage.close();
  await awaitCaughtUp(session);
  terminal.note(`${history.writes.length} writes of ${history.commands.length} commands`);

  const keys = history.commands.map(({ transaction_id, created_at }) => ({
    transaction_id,
    created_at: String(created_at),
  }));
  const ended = new AbortController();
  const writer = startWriter(session.dynamodb, session.tables.commands, keys, rate, ended.signal);
  const anyKey = () => keys[Math.floor(Math.random() * keys.length)] as RecordKey;
  const polling = pollUntil(
    session.target.apiUrl ?? '',
    () => ({ transactionId: ((Math.random() < 0.8 && writer.recent()) || anyKey()).transaction_id }),
    clients,
    ended.signal,
  );

  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1);
  const done = await rebuild(session, { segments: 4 });
  terminal.say(`rebuilt ${done.filled} commands and switched to ${done.active} in ${seconds()} s`);
  const back = await rollback(session);
  terminal.say(`rolled back to ${back.active} at ${seconds()} s`);
  const again = await finish(session);
  terminal.say(`finished, queries read ${again.active} at ${seconds()} s`);

  ended.abort();
  const writtenFor = Number(seconds());
  const [changes, polled] = await Promise.all([writer.done, polling]);
  for (const example of polled.examples) terminal.say(example);
  terminal.say(
    `changes=${changes} changes_per_s=${(changes / writtenFor).toFixed(0)} queries=${polled.queries} errors=${polled.errors} missing=${polled.missing} older=${polled.older}`,
  );
  await awaitCaughtUp(session);
  const { active } = await readPlacement(session);
  const report = await check(session, { table: active, segments: 4, settleMs: 10_000 });
  session.dynamodb.destroy();
  terminal.say(
    `table=${active} commands=${report.commands} rows=${report.rows} differences=${report.differences.length}`,
  );
  return polled.errors + polled.missing + polled.older + report.differences.length;
};

const program = new Command('drill:rebuild')
  .description('Rebuild the read model on a stack of its own while it is written to and asked.')
  .option('--commands <n>', 'how many commands there are', count, 100_000)
  .option('--rate <n>', 'changes per second', count, 50)
  .option('--clients <n>', 'clients that ask all the while', count, 4);

process.exitCode = (await drill(program.parse().opts<DrillOptions>())) === 0 ? 0 : 1;
