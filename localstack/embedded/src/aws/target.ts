import type { IncomingMessage } from 'node:http';

/** What a request asks for, as it was sent. */
export interface Target {
  /** With a leading slash, not decoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
}

/**
 * The target in any form that a request may have: a path, which can begin with `//`, a whole URL, or an asterisk. Not read as a URL:
 * that takes `..` and `%2e%2e` for a way up, out of the API that was asked.
 */
export const targetOf = ({ url = '/' }: Pick<IncomingMessage, 'url'>): Target => {
  const [, path = '', rawQuery = ''] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    rawQuery,
    query: new URLSearchParams(rawQuery),
  };
};
