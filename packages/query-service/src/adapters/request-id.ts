import { AsyncLocalStorage } from 'node:async_hooks';

export const REQUEST_ID_HEADER = 'x-request-id';

const requestId = new AsyncLocalStorage<string>();

/** Does the work in the name of this request, so that whoever is asked on the way can log the same id. */
export const asRequest = <T>(id: string, work: () => T): T => requestId.run(id, work);

/** The header that carries the id of the request on; none outside of a request. */
export const requestIdHeader = (): Record<string, string> => {
  const id = requestId.getStore();
  return id === undefined ? {} : { [REQUEST_ID_HEADER]: id };
};
