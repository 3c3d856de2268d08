/** So many characters of a reason are kept; what differs behind them is counted as one. */
export const MAX_REASON_LENGTH = 80;
/** No reason is looked for beyond so many characters of a message. */
const READ_LENGTH = 1_000;
/** What failed notifications without a message are counted as. */
const UNSPECIFIED = 'unspecified';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** Device tokens, request ids: long words of letters and digits that hold a digit. */
const IDENTIFIER = /[\w:-]{20,}/g;
const NUMBER = /\d+/g;

/**
 * What is the same in the messages of the same failure: without ids, tokens and numbers, each of which stands as `#`, on one line and
 * of at most {@link MAX_REASON_LENGTH} characters. Stored counts depend on it: it must never change without a rebuild.
 */
export const failureReason = (message: string | undefined): string => {
  const text = (message ?? '')
    .slice(0, READ_LENGTH)
    .replace(UUID, '#')
    .replace(IDENTIFIER, (word) => (/\d/.test(word) ? '#' : word))
    .replace(NUMBER, '#')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(text, (character) => (isSurrogate(character) ? '\ufffd' : character));
  return characters.slice(0, MAX_REASON_LENGTH).join('').trim() || UNSPECIFIED;
};

/** Half of a character, which UTF-8 cannot hold. */
const isSurrogate = (character: string): boolean => /^[\ud800-\udfff]$/.test(character);
