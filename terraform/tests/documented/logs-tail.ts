import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { matchesFilter } from './filter-pattern.ts';

/**
 * `aws logs tail`, which is the AWS CLI's of version 2 alone: what the group has, filtered as CloudWatch would. Ends with 1 when the pattern finds
 * nothing, for here there is something to find.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { since: { type: 'string' }, 'filter-pattern': { type: 'string', default: '' } },
});
const [group = ''] = positionals;
const { events } = JSON.parse(
  execFileSync(
    String(process.env['AWS_CLI']),
    ['logs', 'filter-log-events', '--log-group-name', group, '--output', 'json'],
    { encoding: 'utf8' },
  ),
) as { events: readonly { readonly message: string }[] };
const found = events.filter(({ message }) => matchesFilter(values['filter-pattern'], message));
process.stdout.write(`${found.map(({ message }) => message).join('\n')}\n`);
if (found.length === 0) {
  process.stderr.write(`None of ${events.length} lines of ${group} is asked for.\n`);
  process.exitCode = 1;
}
