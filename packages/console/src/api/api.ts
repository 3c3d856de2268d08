import { Failure, LATE, UNREACHABLE } from './failure.ts';

/** A notification as the read model has it; what somebody else wrote may lack fields. */
export interface Notification {
  readonly transaction_id: string;
  readonly created_at: number;
  readonly user_id?: string | null;
  readonly marketing_id?: string | null;
  readonly notification_title?: string | null;
  readonly notification_body?: string | null;
  readonly status?: string | null;
  readonly platform?: string | null;
  readonly token?: string | null;
  readonly error_msg?: string | null;
  readonly send_ts?: number | null;
  readonly delivered_ts?: number | null;
  readonly failed_ts?: number | null;
}

export interface Page {
  readonly rows: readonly Notification[];
  readonly next?: string;
}

/** A page of any generation of the API: V1 has `items`, V3 and V4 have `data`. */
interface Envelope {
  readonly items?: readonly Notification[];
  readonly data?: readonly Notification[];
  readonly next_cursor?: string;
}

export interface Counts {
  readonly marketing_id: string;
  readonly total: number;
  readonly by_status: Readonly<Record<'SENT' | 'DELIVERED' | 'FAILED', number>>;
  readonly by_platform: Readonly<Record<'IOS' | 'ANDROID' | 'WEBPUSH', number>>;
  readonly first_created_at: number | null;
  readonly last_created_at: number | null;
  readonly updated_at: number | null;
}

export interface Campaign extends Counts {
  readonly failures: readonly {
    readonly reason: string;
    readonly platform: string;
    readonly count: number;
  }[];
  readonly by_hour: readonly { readonly hour: string; readonly count: number }[];
}

const TIMEOUT_MS = 15_000;

/** Asks the service that served this page; nothing else is ever asked. Throws Failure. */
const ask = async <T>(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<T> => {
  const text = parameters.toString();
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(text ? `${path}?${text}` : path, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    body = await response.json().catch(() => undefined);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    throw new Failure(late ? LATE : UNREACHABLE, 0, late ? 'No answer in time.' : 'No answer.');
  }
  if (response.ok && typeof body === 'object' && body !== null) return body as T;
  const problem = (body ?? {}) as { readonly code?: string; readonly detail?: string };
  throw new Failure(
    problem.code ?? `HTTP ${response.status}`,
    response.status,
    problem.detail ?? response.statusText,
  );
};

/** One page of notifications; without a cursor the first. */
export const askPage = async (
  path: string,
  query: URLSearchParams,
  {
    cursor,
    limit,
    signal,
  }: { readonly cursor?: string; readonly limit: number; readonly signal: AbortSignal },
): Promise<Page> => {
  const parameters = new URLSearchParams(query);
  parameters.set('limit', String(limit));
  if (cursor !== undefined) parameters.set('cursor', cursor);
  const { items, data, next_cursor } = await ask<Envelope>(path, parameters, signal);
  return { rows: data ?? items ?? [], ...(next_cursor === undefined ? {} : { next: next_cursor }) };
};

export const askCampaign = async (id: string, signal: AbortSignal): Promise<Campaign> =>
  (await ask<{ data: Campaign }>('/query/campaign', new URLSearchParams({ marketing_id: id }), signal)).data;

export const askCampaigns = async (
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly campaigns: readonly Counts[]; readonly next?: string }> => {
  const parameters = new URLSearchParams({ limit: '50', ...(cursor === undefined ? {} : { cursor }) });
  const { data, next_cursor } = await ask<{ data: Counts[]; next_cursor?: string }>(
    '/campaigns',
    parameters,
    signal,
  );
  return { campaigns: data, ...(next_cursor === undefined ? {} : { next: next_cursor }) };
};

/** The notifications of a transaction; of one of them only, when it is named by its time too. */
export const askTransaction = async (
  transactionId: string,
  createdAt: number | undefined,
  signal: AbortSignal,
): Promise<readonly Notification[]> => {
  const query = new URLSearchParams({ transaction_id: transactionId });
  if (createdAt !== undefined) {
    query.set('from', String(createdAt));
    query.set('to', String(createdAt + 1));
  }
  return (await askPage('/tx', query, { limit: 100, signal })).rows;
};
