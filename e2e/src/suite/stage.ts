import { inject } from 'vitest';
import { doorsOf } from '../doors.ts';
import { openStage } from '../stage.ts';
import './global-setup.ts';

/** The stage under test. */
export const stage = openStage(inject('target'));
export const {
  http,
  sign,
  target,
  notifications,
  users,
  clientConfig,
  documents,
  lambda,
  table,
  functionName,
  invoke,
} = stage;
export const DOORS = doorsOf(stage);
