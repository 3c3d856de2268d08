import { InvalidArgumentError } from 'commander';

const number = (text: string, isValid: (value: number) => boolean, what: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || !isValid(value)) throw new InvalidArgumentError(what);
  return value;
};

/** A whole number from 1 on. */
export const count = (text: string): number =>
  number(text, (value) => Number.isSafeInteger(value) && value >= 1, 'It must be a whole number from 1 on.');

/** A whole number from 0 on. */
export const wholeNumber = (text: string): number =>
  number(text, (value) => Number.isSafeInteger(value) && value >= 0, 'It must be a whole number from 0 on.');

export const seconds = (text: string): number =>
  number(text, (value) => value >= 0, 'It must be a number of seconds.');

/** Part of a whole: 0 to 1. */
export const share = (text: string): number =>
  number(text, (value) => value >= 0 && value <= 1, 'It must be a number from 0 to 1.');

/** Milliseconds since 1970, given so or as a date and time in ISO 8601 (UTC unless it names a zone). */
export const instant = (text: string): number => {
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$|^\d{4}-\d{2}-\d{2}$/.test(text);
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(hasZone ? text : `${text}Z`);
  if (!Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be milliseconds since 1970 or a date and time in ISO 8601.');
  }
  return value;
};
