import fc from 'fast-check';

/**
 * Marks what the fuzzer makes up as a person's: it stands in parameters, names, payloads and tokens, and none of it may stand in a log.
 * Of letters alone, so that nothing changes it on its way.
 */
export const CANARY = 'canaryqzx';

/** Texts that have broken programs before. */
const NASTY_TEXTS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '\t\r\n',
  '\u0000',
  '\u001b[31mred\u001b[0m',
  '\u202etxt.exe',
  '\ufeff',
  '\u2028\u2029',
  '\ud800',
  '\udfffX',
  '𝕏\ud83d',
  'e\u0301',
  "' OR 1=1 --",
  '"; DROP TABLE x; --',
  `$\{jndi:ldap://x}`,
  '{{7*7}}',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  'null',
  'undefined',
  'NaN',
  'true',
  '[object Object]',
  '%00',
  '%ff',
  '&amp;=;,',
] as const;

/** Numbers at the edges, as text. */
const NASTY_NUMBERS = [
  '0',
  '-0',
  '-1',
  '1.5',
  '1e3',
  '1e400',
  '-1e400',
  '0x10',
  '1_000',
  '١٢٣',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '18446744073709551616',
  '99999999999999999999999999999999999999',
  '8640000000000001',
  '2147483648',
  '0.1',
  '01',
  '+1',
  ' 1 ',
  'Infinity',
] as const;

/** Times that do not exist, or nearly so. */
const NASTY_TIMES = [
  '2024-02-30',
  '2023-02-29',
  '2024-13-01',
  '2024-00-00',
  '2024-01-01T24:00:00Z',
  '2024-01-01T25:00Z',
  '2024-01-01T00:60Z',
  '2024-01-01T00:00:61Z',
  '2024-01-01T00:00:00+99:99',
  '0000-01-01',
  '9999-12-31T23:59:59.999999999Z',
  '+275760-09-13',
  '-000001-01-01',
  '2024-01-01 00:00',
  '1969-12-31T23:59:59Z',
  'yesterday',
] as const;

/** Any text, and rather one that hurts; often with the mark. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY_TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY_NUMBERS) },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY_TIMES) },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  // Code units as they come, surrogates without their other half among them.
  {
    weight: 2,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units)),
  },
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }).map((text) => `${CANARY}${text}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('a', 'é', '😀', '\u0001', '\ud800'), fc.integer({ min: 200, max: 700 }))
      .map(([unit, length]) => unit.repeat(length)),
  },
);

export const hostileTime: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_TIMES),
  fc.constantFrom(...NASTY_NUMBERS),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
  fc.integer({ min: 0, max: 2e12 }).map(String),
);

export const hostileNumber: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_NUMBERS),
  fc.integer({ min: -5, max: 1100 }).map(String),
);

/** JSON text of any kind: what JSON.stringify makes, and what only a hand writes. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 2, arbitrary: hostileText.map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY_NUMBERS) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 100, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 10, max: 3_000 })
      .map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '{"a":1,"a":2}',
      '{"\\ud800":"\\udfff"}',
      '{"a":1,}',
      "{'a':1}",
      '\ufeff{}',
      '{"a":NaN}',
      '',
      '{',
      'nul',
      '//',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 60_000, max: 70_000 }).map((length) => `"${'x'.repeat(length)}"`),
  },
);

/** Any JSON value, parsed: what a program has in hand when something has read the text for it. Not deeper than it could be written again. */
export const hostileValue: fc.Arbitrary<unknown> = hostileJson
  .filter((text) => (text.match(/^[[{"a:]+/)?.[0].length ?? 0) < 1_000)
  .map((text): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  });

/** An object with these members, whatever their names: `__proto__` becomes a member too. */
export const ownProperties = (members: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
  JSON.parse(
    `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`,
  );

/** An attribute value as DynamoDB's wire format has it, or nearly. */
export const hostileAttribute: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ S: hostileText }),
    fc.record({ N: fc.oneof(hostileNumber, hostileText) }),
    fc.record({ BOOL: fc.boolean() }),
    fc.constant({ NULL: true }),
    fc.record({ B: fc.base64String({ maxLength: 40 }) }),
    fc.record({ SS: fc.array(hostileText, { maxLength: 3 }) }),
    fc.record({ NS: fc.array(hostileNumber, { maxLength: 3 }) }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({ M: fc.array(fc.tuple(hostileText, tie('value')), { maxLength: 3 }).map(ownProperties) }),
    fc.jsonValue({ maxDepth: 2 }),
  ),
})).value;
