import { expect, it } from 'vitest';
import { failureReason, MAX_REASON_LENGTH } from './failure-reason.ts';

it.each([
  ['BadDeviceToken', 'BadDeviceToken'],
  [undefined, 'unspecified'],
  ['', 'unspecified'],
  [' \n ', 'unspecified'],
  ['  Unregistered \t\n device ', 'Unregistered device'],
  ['HTTP 503 after 1500 ms', 'HTTP # after # ms'],
  ['request 6B1F0A52-0d0c-4a06-9c8e-0f2f6d1f3a11 failed', 'request # failed'],
  ['request deadbeef-cafe-beef-fade-deadbeefcafe failed', 'request # failed'],
  ['token fMEP0vYbQkCf:APA91bGHk_3x-9 is gone', 'token # is gone'],
  ['InvalidProviderTokenOrWrongTopic', 'InvalidProviderTokenOrWrongTopic'],
  ['half an emoji \ud83e!', 'half an emoji \ufffd!'],
  ['🦆'.repeat(90), '🦆'.repeat(MAX_REASON_LENGTH)],
  [`${'x '.repeat(39)}xy behind`, `${'x '.repeat(39)}xy`],
])('%j is counted as %j', (message, reason) => {
  expect(failureReason(message)).toBe(reason);
});

it('looks at the beginning of a long message only', () => {
  expect(failureReason(`${' '.repeat(1_000)}late`)).toBe('unspecified');
  expect(failureReason(`${' '.repeat(999)}late`)).toBe('l');
});
