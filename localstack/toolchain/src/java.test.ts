import { expect, it } from 'vitest';
import { findJava } from './java.ts';

it('Java 17 and newer runs DynamoDB Local', () => {
  expect(findJava(() => 'openjdk version "17.0.15" 2025-04-15')).toMatch(/java$/);
  expect(findJava(() => 'java version "21" 2023-09-19 LTS')).toMatch(/java$/);
});

it('an older one and none are told apart', () => {
  expect(() => findJava(() => 'java version "1.8.0_392"')).toThrow(/^JAVA\.TOO_OLD: .*Java 8\./);
  expect(() => findJava(() => undefined)).toThrow(/^JAVA\.MISSING/);
});
