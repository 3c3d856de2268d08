/** A part of a URL decoded; one that is no valid encoding as it is, which then is the name of nothing. */
export const decoded = (text: string, decode: typeof decodeURI): string => {
  try {
    return decode(text);
  } catch {
    return text;
  }
};
