import { AppError } from '@notify/shared-domain';

/** So that the order of the texts is the order of the numbers. */
const SEQUENCE_DIGITS = 20;

/** An aggregate's version as the sort key of its last event. */
export const toSequence = (version: number): string => String(version).padStart(SEQUENCE_DIGITS, '0');

/** The version that a sequence stands for; undefined when it is none that this system has written. */
export const fromSequence = (sequence: unknown): number | undefined => {
  if (typeof sequence !== 'string' || !/^\d{20}$/.test(sequence)) return undefined;
  const version = Number(sequence);
  return Number.isSafeInteger(version) && version > 0 ? version : undefined;
};

/**
 * The version that a client asks for: the `sequence` of an answer, leading zeros or not.
 * @throws AppError `REQUEST.PARAMETER_INVALID`
 */
export const parseAtLeast = (at_least: string | undefined): number => {
  if (at_least === undefined) return 0;
  const version = /^\d{1,20}$/.test(at_least) ? Number(at_least) : Number.NaN;
  if (Number.isSafeInteger(version)) return version;
  throw new AppError('REQUEST.PARAMETER_INVALID', {
    detail: 'at_least must be the sequence of an earlier answer: 1 to 20 digits.',
  });
};
