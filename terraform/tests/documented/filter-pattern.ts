import { parseJson } from '@notify/shared-domain';

/**
 * Whether a log event is what a filter pattern of CloudWatch Logs asks for. Of the language this knows what is used here: optional terms (`?ERROR ?"timed out"`),
 * terms that all have to be there, and comparisons of JSON fields by `=`, `!=`, `<`, `<=`, `>`, `>=`, joined by `&&`, `||` and parentheses.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws SyntaxError for a pattern beyond that
 */
export const matchesFilter = (pattern: string, message: string): boolean => {
  const text = pattern.trim();
  return text.startsWith('{') ? matchesJson(text, message) : matchesTerms(text, message);
};

const matchesTerms = (pattern: string, message: string): boolean => {
  const terms = [...pattern.matchAll(/(\?|-)?(?:"([^"]*)"|([^\s"?-][^\s"]*))/g)];
  if (terms.map(([term]) => term).join('') !== pattern.replaceAll(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, ''))
    throw new SyntaxError(`${pattern} is no pattern of terms.`);
  const isThere = ([, , quoted, plain]: RegExpExecArray) => message.includes(quoted ?? plain ?? '');
  const optional = terms.filter(([, sign]) => sign === '?');
  return (
    terms.every((term) => term[1] === '?' || isThere(term) === (term[1] !== '-')) &&
    (optional.length === 0 || optional.some(isThere))
  );
};

const TOKEN = /\s*(&&|\|\||[()]|!=|<=|>=|[=<>]|\$(?:\.\w+)+|"[^"]*"|-?[\w.*]+)/y;

const matchesJson = (pattern: string, message: string): boolean => {
  const tokens = tokensOf(pattern);
  const record = parseJson(message);
  let next = 0;
  const take = (): string => tokens[next++] ?? '';
  const either = (): boolean => {
    let result = both();
    while (tokens[next] === '||') {
      next += 1;
      result = both() || result;
    }
    return result;
  };
  const both = (): boolean => {
    let result = one();
    while (tokens[next] === '&&') {
      next += 1;
      result = one() && result;
    }
    return result;
  };
  const one = (): boolean => {
    const token = take();
    if (token === '(') {
      const result = either();
      if (take() !== ')') throw new SyntaxError(`A parenthesis is missing in ${pattern}.`);
      return result;
    }
    if (!token.startsWith('$.')) throw new SyntaxError(`${token} is no field in ${pattern}.`);
    return compare(fieldOf(record, token), take(), take());
  };
  const result = either();
  if (next !== tokens.length) throw new SyntaxError(`${pattern} goes on after its end.`);
  return record !== undefined && result;
};

const tokensOf = (pattern: string): string[] => {
  if (!pattern.endsWith('}')) throw new SyntaxError(`${pattern} has no end.`);
  const text = pattern.slice(1, -1).trim();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new SyntaxError(`${text.slice(at)} cannot be read in ${pattern}.`);
    tokens.push(token);
  }
  return tokens;
};

const fieldOf = (record: unknown, path: string): unknown =>
  path
    .slice(2)
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined | null)?.[name], record);

/** A text may have `*` for anything; a number compares with numbers alone. */
const compare = (value: unknown, operator: string, literal: string): boolean => {
  if (operator !== '=' && operator !== '!=') {
    const bound = Number(literal);
    if (typeof value !== 'number') return false;
    if (operator === '<') return value < bound;
    if (operator === '<=') return value <= bound;
    return operator === '>' ? value > bound : value >= bound;
  }
  if (value === undefined) return false;
  const text = literal.replace(/^"(.*)"$/, '$1');
  const isNumber = !literal.startsWith('"') && !Number.isNaN(Number(literal));
  const parts = text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const isEqual = isNumber
    ? value === Number(literal)
    : typeof value === 'string' && new RegExp(`^${parts.join('.*')}$`, 's').test(value);
  return isEqual === (operator === '=');
};
