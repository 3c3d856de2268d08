import { describe, expect, it } from 'vitest';
import { KNOWN_DIFFERENCES, type KnownDifference, unexpected } from './known-differences.ts';

describe('a plan', () => {
  const alarm = {
    address: 'module.observability.aws_cloudwatch_metric_alarm.this["a"]',
    actions: ['update'],
    attributes: ['tags_all'],
  };
  const rule = {
    address: 'module.network.aws_vpc_security_group_egress_rule.gateway["a"]',
    actions: ['update'],
    attributes: ['description'],
  };

  const known: KnownDifference[] = [
    ...KNOWN_DIFFERENCES,
    { address: /\.gateway\[/, attributes: ['description'], why: 'Dropped when a rule is made.' },
  ];

  it('with the known differences is as expected', () => {
    expect(unexpected([alarm, rule], known)).toEqual([]);
  });

  it.each([
    ['an unknown change', [alarm, rule, { ...rule, address: 'module.tables.a.b' }], /^module\.tables/],
    [
      'a known resource that differs in more',
      [alarm, rule, { ...alarm, attributes: ['tags_all', 'threshold'] }],
      /threshold/,
    ],
    [
      'a known resource that is replaced',
      [alarm, rule, { ...alarm, actions: ['delete', 'create'] }],
      /delete,create/,
    ],
    ['a known difference that is gone', [alarm], /^no longer there/],
  ])('with %s is not', (_, changes, message) => {
    expect(unexpected(changes, known)).toEqual([expect.stringMatching(message)]);
  });
});
