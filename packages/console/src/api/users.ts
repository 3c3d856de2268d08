import { AppError, fromProblem } from '@notify/shared-domain';
import { client } from './client.ts';

export interface UserList {
  readonly users: readonly { readonly UserID: string; readonly Name: string | null }[];
  readonly next_cursor?: string;
}

/** Of a user whose data was erased, name and address are null. */
export interface UserDetail {
  readonly UserID: string;
  readonly Name: string | null;
  readonly Email: string | null;
  readonly Balance: number;
}

const ask = async <T>(path: 'list' | 'detail', input: object, signal: AbortSignal): Promise<T> => {
  const route = { method: 'GET', path: `/console/api/users/${path}` } as const;
  const { status, body } = await client.send(route, input, { signal });
  if (status === 200) return body as T;
  throw fromProblem(body) ?? new AppError('UPSTREAM.FAILED');
};

export const askUsers = (cursor: string | undefined, signal: AbortSignal): Promise<UserList> =>
  ask('list', { limit: 50, cursor }, signal);

export const askUser = (user_id: string, signal: AbortSignal): Promise<UserDetail> =>
  ask('detail', { user_id }, signal);
