/** What tells where a request comes from, as HTTP servers give it: names in lower case. */
export interface RequestOrigin {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The names by which a machine reaches itself, LocalStack's among them, which lead to 127.0.0.1 by public DNS. */
const LOOPBACK =
  /^(?:(?:[a-z0-9_-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\]|(?:[a-z0-9_-]+\.)*localhost\.localstack\.cloud)$/;

/**
 * Why an endpoint of a developer's machine does not answer a request, as a sentence; undefined when it does. Such an endpoint trusts
 * everyone on the machine, and a browser runs programs of strangers there. They are told apart by what a page cannot choose: the name
 * under which it reached the endpoint (one of its own site's, rebound to this machine, is none of ours) and the Origin and
 * Sec-Fetch-Site that the browser adds. A link from another site may lead to a page here.
 * @param hosts names that the operator allows beside those of the machine itself, without port
 */
export const foreignRequest = (
  { method = 'GET', headers }: RequestOrigin,
  hosts: readonly string[] = [],
): string | undefined => {
  const isOurs = (authority: string) => {
    const name = authority.toLowerCase().replace(/:\d*$/, '');
    return LOOPBACK.test(name) || hosts.includes(name);
  };
  const host = String(headers['host'] ?? '');
  if (!isOurs(host)) return `This endpoint does not answer to the name ${JSON.stringify(host)}.`;
  const { origin } = headers;
  if (origin !== undefined && !isOurs(String(origin).replace(/^https?:\/\//, '')))
    return 'This endpoint does not answer pages of other sites.';
  const isLink = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
  if (headers['sec-fetch-site'] === 'cross-site' && !isLink)
    return 'This endpoint does not answer pages of other sites.';
  return undefined;
};
