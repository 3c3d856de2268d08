/**
 * C0 without tab and line feed, delete, C1, the separators and the marks that turn the direction of writing, and halves of surrogate pairs.
 * What a record holds was written by somebody else, and a terminal obeys such characters.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with what a terminal would obey in the form of JSON's escapes, so that a JSON document stays the same one. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same for a text that has one line and one column. */
export const printableCell = (text: string): string =>
  printable(text).replaceAll('\t', '\\t').replaceAll('\n', '\\n');
