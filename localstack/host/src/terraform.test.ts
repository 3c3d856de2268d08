import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KNOWN_DIFFERENCES, unexpected } from './known-differences.ts';
import { findProviderMirror, plannedChanges } from './terraform.ts';

describe('the provider mirror', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'home-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const aMirror = (path: string) => {
    const folder = join(home, path);
    mkdirSync(join(folder, 'registry.terraform.io/hashicorp/aws'), { recursive: true });
    return folder;
  };

  it('is the named one before one at a usual place', () => {
    const usual = aMirror('.terraform.d/plugins');
    expect(findProviderMirror({}, home)).toBe(usual);
    const named = aMirror('named');
    expect(findProviderMirror({ TF_PROVIDER_MIRROR: named }, home)).toBe(named);
  });

  it('is none that does not hold the provider', () => {
    const usual = aMirror('.local/share/terraform/plugins');
    expect(findProviderMirror({ TF_PROVIDER_MIRROR: join(home, 'empty') }, home)).toBe(usual);
  });
});

describe('a plan', () => {
  const aChange = (address: string, change: object) => ({
    address,
    change: { actions: ['update'], before: {}, after: {}, ...change },
  });

  it('is told by its changes and the attributes that differ', () => {
    const plan = {
      resource_changes: [
        aChange('a.same', { actions: ['no-op'], before: { x: 1 }, after: { x: 1 } }),
        aChange('data.a.read', { actions: ['read'], before: null, after: { x: 1 } }),
        aChange('a.changed', { before: { x: 1, y: { z: 1 }, w: 0 }, after: { x: 1, y: { z: 2 } } }),
        aChange('a.made', { actions: ['create'], before: null, after: {}, after_unknown: { id: true } }),
      ],
    };
    expect(plannedChanges(plan)).toEqual([
      { address: 'a.changed', actions: ['update'], attributes: ['w', 'y'] },
      { address: 'a.made', actions: ['create'], attributes: [] },
    ]);
    expect(plannedChanges({})).toEqual([]);
  });

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

  it('with the known differences is as expected', () => {
    expect(unexpected([alarm, rule], KNOWN_DIFFERENCES)).toEqual([]);
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
    expect(unexpected(changes, KNOWN_DIFFERENCES)).toEqual([expect.stringMatching(message)]);
  });
});
