/** Text as one word of a POSIX shell, for the commands that answers and pages give to copy. */
export const shellQuoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
