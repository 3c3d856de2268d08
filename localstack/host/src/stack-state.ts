import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { hostError } from './errors.ts';
import type { StackFolder } from './folders.ts';

/** How a started stack is reached: written by `local:up`, read by all that come after. */
const StackState = z.object({
  /** Where LocalStack runs. */
  runs_in: z.enum(['docker', 'host']),
  /** The AWS endpoint, from this machine. */
  aws_url: z.url(),
  /** The query service, from this machine. */
  service_url: z.url(),
  /** The query service as LocalStack reaches it. */
  service_url_inside: z.url(),
});
export type StackState = z.infer<typeof StackState>;

export const writeState = (folder: StackFolder, state: StackState): void => {
  mkdirSync(dirname(folder.state), { recursive: true });
  writeFileSync(`${folder.state}.new`, JSON.stringify(state, undefined, 2));
  renameSync(`${folder.state}.new`, folder.state);
};

/** The stack that was started in a folder; undefined when there is none. */
export const readState = (folder: StackFolder): StackState | undefined => {
  try {
    return StackState.parse(JSON.parse(readFileSync(folder.state, 'utf8')));
  } catch {
    return undefined;
  }
};

/** @throws LocalError `LOCALSTACK.NOT_RUNNING` */
export const requireState = async (folder: StackFolder): Promise<StackState> => {
  const state = readState(folder);
  const answered =
    state &&
    (await fetch(`${state.aws_url}/_localstack/health`).then(
      ({ ok }) => ok,
      () => false,
    ));
  if (!state || !answered) throw hostError('LOCALSTACK.NOT_RUNNING', 'No LocalStack is running here.');
  return state;
};

/** The stage of an API, from this machine. LocalStack gives an API the id that Terraform asks for, its name. */
export const apiUrl = (awsUrl: string, api: string, stage = 'v1'): string =>
  `${awsUrl}/_aws/execute-api/${api}/${stage}`;
