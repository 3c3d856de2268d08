export const REQUEST_ID_HEADER = 'x-request-id';

/** The header that carries the id of a request on to whoever is asked on the way; none outside of a request. */
export const requestIdHeader = (id: string | undefined): Record<string, string> =>
  id === undefined ? {} : { [REQUEST_ID_HEADER]: id };
