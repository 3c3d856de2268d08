/**
 * What tells of the inside and belongs in no answer: stack traces, source paths, addresses and errors of sockets, ARNs, the database,
 * errors of JavaScript itself. A regular expression that JavaScript and Python read alike.
 */
export const LEAK_PATTERN = [
  String.raw`\bat .{1,120}:\d+:\d+\)?`,
  'node_modules',
  'file://',
  String.raw`\.m?ts:\d+`,
  'ECONN|ETIMEDOUT|EPIPE|socket hang up',
  'arn:aws:',
  'DynamoDB|PartiQL|ValidationException|ConditionalCheck',
  'TypeError|RangeError|SyntaxError|Cannot read propert|is not a function|is not iterable|Unexpected token',
  'AccessKey|SecretAccess|AWS_[A-Z]',
].join('|');

/** Tables belong in no refusal. Who asks how the pipeline does is answered with the names of its projections, which are theirs. */
export const TABLE_PATTERN =
  'command-records|notification-records|projection-quarantine|EventsTable|UserSummaryTable|UserDetailTable';

const LEAK = new RegExp(LEAK_PATTERN);
const LEAK_IN_REFUSAL = new RegExp(`${LEAK_PATTERN}|${TABLE_PATTERN}`);

/** The first piece of the inside that an answer holds; undefined when it holds none. */
export const leakIn = (text: string, status = 500): string | undefined =>
  (status < 400 ? LEAK : LEAK_IN_REFUSAL).exec(text)?.[0];

/**
 * Texts that belong to people: they may stand in a table and in the answer to who asked, and nowhere in a log.
 * @param secrets device tokens, payloads, titles, names, e-mail addresses, ids, parameter values; shorter ones than 6 characters say nothing
 * @returns each log line that holds one, shortened, with the secret
 */
export const privateTextIn = (
  lines: Iterable<string>,
  secrets: Iterable<string>,
): { readonly secret: string; readonly line: string }[] => {
  // As they would stand in a line of JSON.
  const escaped = [...new Set(secrets)]
    .filter((secret) => secret.length >= 6)
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  const found: { secret: string; line: string }[] = [];
  for (const line of lines) {
    const email = /[\w.+-]+@[\w-]+\.[a-z]{2,}/i.exec(line)?.[0];
    const secret = escaped.find((text) => line.includes(text)) ?? email;
    if (secret !== undefined) found.push({ secret, line: line.slice(0, 400) });
  }
  return found;
};
